// The axes of charts, as numbers. No DOM.

/** @import { Curve } from '../types.js' */
/** @typedef {{ from: number, to: number }} Decades exponents of 10, the axis goes from one to the other */

import { ticks } from '../format.js'

const ABOVE = 1e4 // times as high as a curve begins, a chart reaches at most
const ROOM = 0.05 // decades between the outermost curve and the next power of ten

/**
 * The decades that curves go through. What is lower than `lowest` lies on the chart's foot, and what is higher than
 * every curve begins by far is cut off.
 *
 * @param {Curve[]} curves
 * @param {number} lowest
 * @param {number[]} others heights that the axis must show too
 * @returns {Decades}
 */
export function decadesOf(curves, lowest, others) {
  let low = Infinity
  let high = -Infinity
  let ceiling = 0
  for (const curve of curves) ceiling = Math.max(ceiling, curve.value(0) * ABOVE)
  /** @param {number} value */
  const include = (value) => {
    if (value >= lowest && value < low) low = value
    if (value <= ceiling && value > high) high = value
  }
  for (const curve of curves) for (let row = 0; row < curve.rows; row++) include(curve.value(row))
  for (const value of others) include(Math.min(value, ceiling))
  if (!(high > 0)) high = 1
  if (!(low < high)) low = high / 10
  const from = Math.floor(Math.log10(low) - ROOM)
  return { from, to: Math.max(Math.ceil(Math.log10(high) + ROOM), from + 1) }
}

/**
 * How far below the top a value lies, in heights of the chart. Zero and what lies below the foot is on the foot; what
 * is far beyond the top, above it.
 *
 * @param {number} value
 * @param {Decades} decades
 */
export function depthOf(value, { from, to }) {
  const exponent = value > 0 ? Math.max(Math.log10(value), from) : from
  return Math.max(Math.min((to - exponent) / (to - from), 1), -1)
}

/**
 * How far from the left a step lies, in widths of the chart. Step 0 has no logarithm: there it lies where step 1 does.
 *
 * @param {number} step
 * @param {number} end
 * @param {boolean} isLog
 */
export function shareOf(step, end, isLog) {
  return isLog ? Math.log(Math.max(step, 1)) / Math.log(Math.max(end, 2)) : step / Math.max(end, 1)
}

/**
 * The step that lies there.
 *
 * @param {number} share
 * @param {number} end
 * @param {boolean} isLog
 */
export function stepAt(share, end, isLog) {
  return Math.round(isLog ? Math.max(end, 1) ** Math.max(share, 0) : share * end)
}

/**
 * The steps that are written below a chart.
 *
 * @param {number} end
 * @param {boolean} isLog
 */
export function stepTicks(end, isLog) {
  if (!isLog) return ticks(0, end, 4).list.filter(Number.isInteger)
  return Array.from({ length: Math.floor(Math.log10(end) + 1e-9) + 1 }, (_, i) => 10 ** i)
}

/**
 * The exponents that are written beside a chart, at most so many.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
export function exponentTicks(from, to, most) {
  const every = Math.max(1, Math.ceil((to - from) / most))
  const list = []
  for (let exponent = Math.ceil(from / every) * every; exponent <= to; exponent += every) list.push(exponent)
  return list
}
