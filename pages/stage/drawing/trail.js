// The points of a line on the screen. No DOM.

/** @import { Point } from '../types.js' */
/** @typedef {(row: number) => Point} Places where something is on the screen in a row */

export const SAME = 0.75 // pixels: points nearer than that are not told apart

/**
 * The points of a path up to a row and to its tip, without those that would fall on the pixel before: x, y, x, y, …
 *
 * @param {Places} points
 * @param {number} upTo
 * @param {Point} [tip]
 */
export function trail(points, upTo, tip) {
  /** @type {number[]} */
  const kept = []
  let x = NaN
  let y = NaN
  for (let row = 0; row <= upTo; row++) {
    const [px, py] = points(row)
    if (Math.abs(px - x) < SAME && Math.abs(py - y) < SAME) continue
    kept.push(px, py)
    x = px
    y = py
  }
  if (tip) kept.push(...tip)
  return kept
}

/** @param {number[]} kept points: x, y, x, y, … */
export function lengthOf(kept) {
  let length = 0
  for (let i = 2; i < kept.length; i += 2) length += Math.hypot(kept[i] - kept[i - 2], kept[i + 1] - kept[i - 1])
  return length
}
