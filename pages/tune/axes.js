// The numbers that may be an axis of the heat map. No DOM.

/** @import { Catalogue, Lane, Parameter, Race } from '../stage/types.js' */
/** @typedef {Pick<Parameter, 'name' | 'meaning' | 'choices'>} Axis */

import { fill } from '../stage/format.js'

const PLACES = ['x', 'y'] // of the start

/**
 * Everything that may be an axis for a lane, by its name: its own numbers, the landscape's, and the start.
 *
 * @param {Catalogue} catalogue
 * @param {Race} race
 * @param {number} lane
 * @returns {Map<string, Axis>}
 */
export function axesOf({ optimizers, landscapes, words }, race, lane) {
  const { hyperparameters } = optimizers[race.lanes[lane].optimizer]
  const own = [...hyperparameters].sort((a, b) => Number(b.name === 'lr') - Number(a.name === 'lr'))
  const starts = PLACES.map((name) => ({ name, meaning: fill(words.startAxis, { name }), choices: [] }))
  /** @type {Map<string, Axis>} */
  const axes = new Map()
  for (const one of [...own, ...landscapes[race.landscape].parameters, ...starts]) {
    if (!one.choices.length && !axes.has(one.name)) axes.set(one.name, one)
  }
  return axes
}

/**
 * The names of the two axes: those that are asked for if there are such, else the first two.
 *
 * @param {Map<string, Axis>} axes
 * @param {string} names
 */
export function chosenAxes(axes, names) {
  const asked = names.split(' ')
  return asked.length === 2 && asked.every((name) => axes.has(name)) ? asked : [...axes.keys()].slice(0, 2)
}

/** @param {Race} race @param {number} lane @param {string} name */
export function numberOf(race, lane, name) {
  const { values } = race.lanes[lane]
  return values[name] ?? race.values[name] ?? race.start[PLACES.indexOf(name)]
}

/**
 * @param {Pick<Race, 'values' | 'start'> & { lanes: Pick<Lane, 'values'>[] }} race
 * @param {number} lane
 * @param {string} name
 * @param {number} value
 */
export function putNumber(race, lane, name, value) {
  const { values } = race.lanes[lane]
  if (name in values) values[name] = value
  else if (name in race.values) race.values[name] = value
  else race.start[PLACES.indexOf(name)] = value
}

/**
 * The place of the nearest of some values.
 *
 * @param {number[]} values
 * @param {number} value
 * @param {boolean} isLog
 */
export function nearest(values, value, isLog = false) {
  /** @param {number} one */
  const away = (one) => Math.abs(isLog ? Math.log(one / value) : one - value)
  return values.reduce((best, one, i) => (away(one) < away(values[best]) ? i : best), 0)
}
