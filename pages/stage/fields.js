// The fields of a race: parsing, bounds and defaults. No DOM.

/** @import { Catalogue, Choice, Kind, Lane, OptionName, Parameter } from './types.js' */

export const MANY_SEEDS = 256

/**
 * Parse a number; NaN if it is none.
 *
 * @param {string} text
 */
export function parseNumber(text) {
  const normalized = text.trim().replace('−', '-')
  return normalized === '' ? NaN : Number(normalized)
}

/**
 * Return whether a parameter may have a value.
 *
 * @param {number} value
 * @param {Pick<Parameter, 'atLeast' | 'atMost' | 'integer'>} parameter
 */
export function isAllowed(value, { atLeast = -Infinity, atMost = Infinity, integer }) {
  return Number.isFinite(value) && value >= atLeast && value <= atMost && (!integer || Number.isInteger(value))
}

/**
 * Return the values of parameters, with defaults for those that are missing.
 *
 * @param {Parameter[]} parameters
 * @param {Record<string, number>} values
 */
export function valuesOf(parameters, values = {}) {
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.name, values[parameter.name] ?? parameter.default]),
  )
}

/**
 * Return a choice of another kind, with the values that both kinds have.
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
 * Return a lane with the defaults of its optimizer, and no options.
 *
 * @param {Catalogue} catalogue
 * @param {string} optimizer
 * @returns {Lane}
 */
export function newLane({ optimizers, options }, optimizer) {
  const noOptions = Object.fromEntries(Object.keys(options).map((option) => [option, null]))
  const values = valuesOf(optimizers[optimizer].hyperparameters)
  return { optimizer, values, shown: true, .../** @type {Record<OptionName, null>} */ (noOptions) }
}
