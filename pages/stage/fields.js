// What the browser knows of a race's fields: bounds, defaults, and how a number is typed. No DOM.

/** @import { Catalogue, Choice, Kind, Lane, OptionName, Parameter } from './types.js' */

export const MANY_SEEDS = 256

/**
 * The number that was typed, NaN if it is none.
 *
 * @param {string} text
 */
export function parseNumber(text) {
  const typed = text.trim().replace('−', '-')
  return typed === '' ? NaN : Number(typed)
}

/**
 * Whether a parameter may have this value.
 *
 * @param {number} value
 * @param {Pick<Parameter, 'atLeast' | 'atMost' | 'integer'>} parameter
 */
export function isAllowed(value, { atLeast = -Infinity, atMost = Infinity, integer }) {
  return Number.isFinite(value) && value >= atLeast && value <= atMost && (!integer || Number.isInteger(value))
}

/**
 * The values of parameters: those that are there already, and defaults.
 *
 * @param {Parameter[]} parameters
 * @param {Record<string, number>} values
 */
export function valuesOf(parameters, values = {}) {
  return Object.fromEntries(parameters.map((one) => [one.name, values[one.name] ?? one.default]))
}

/**
 * Another kind of an option, with the numbers that both kinds have.
 *
 * @param {Record<string, Kind>} kinds
 * @param {string} kind
 * @param {Choice | null} last
 * @returns {Choice}
 */
export function choiceOf(kinds, kind, last) {
  return { kind, values: valuesOf(kinds[kind].parameters, last?.values) }
}

/**
 * A lane with the defaults of its method, and no options.
 *
 * @param {Catalogue} catalogue
 * @param {string} optimizer
 * @returns {Lane}
 */
export function newLane({ optimizers, options }, optimizer) {
  const none = Object.fromEntries(Object.keys(options).map((option) => [option, null]))
  const values = valuesOf(optimizers[optimizer].hyperparameters)
  return { optimizer, values, shown: true, .../** @type {Record<OptionName, null>} */ (none) }
}
