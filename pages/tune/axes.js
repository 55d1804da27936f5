// The numbers on the axes of the heat map. No DOM.

/** @import { Lane, Race } from '../stage/types.js' */
/** @typedef {{ name: string, coordinate: number | null }} Axis of the start, if it is one of its coordinates */
/** @typedef {Pick<Race, 'values' | 'start'> & { lanes: Pick<Lane, 'values'>[] }} Settings */

/** @param {Settings} race @param {number} lane @param {Axis} axis */
export function numberOf(race, lane, { name, coordinate }) {
  if (coordinate !== null) return race.start[coordinate]
  return race.lanes[lane].values[name] ?? race.values[name]
}

/**
 * @param {Settings} race
 * @param {number} lane
 * @param {Axis} axis
 * @param {number} value
 */
export function putNumber(race, lane, { name, coordinate }, value) {
  const { values } = race.lanes[lane]
  if (coordinate !== null) race.start[coordinate] = value
  else if (name in values) values[name] = value
  else race.values[name] = value
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
