// Lines on the screen, as coordinates x, y, x, y, … No DOM.

/** @import { Point } from '../types.js' */
/** @typedef {(row: number) => Point} Places position on the screen by row */

export const MERGE_DISTANCE = 0.75 // pixels: closer points count as one

/**
 * Return the coordinates of a path up to a row, then its tip, without points that coincide with the one before.
 *
 * @param {Places} points
 * @param {number} upTo
 * @param {Point} [tip]
 */
export function trail(points, upTo, tip) {
  /** @type {number[]} */
  const coordinates = []
  let x = NaN
  let y = NaN
  for (let row = 0; row <= upTo; row++) {
    const [px, py] = points(row)
    if (Math.abs(px - x) < MERGE_DISTANCE && Math.abs(py - y) < MERGE_DISTANCE) continue
    coordinates.push(px, py)
    x = px
    y = py
  }
  if (tip) coordinates.push(...tip)
  return coordinates
}

/** Return the length of a line. @param {number[]} coordinates */
export function lengthOf(coordinates) {
  let length = 0
  for (let i = 2; i < coordinates.length; i += 2) {
    length += Math.hypot(coordinates[i] - coordinates[i - 2], coordinates[i + 1] - coordinates[i - 1])
  }
  return length
}
