// Arithmetic of chart axes. No DOM.

/** @import { Curve } from '../types.js' */
/** @typedef {{ from: number, to: number }} Decades the first and the last exponent of 10 */

import { ticks } from '../format.js'

const MAX_RISE = 1e4 // highest value shown, as a multiple of the highest initial value
const PADDING = 0.05 // minimum decades between a curve and the end of the axis

/**
 * Return the decades that the curves span, without values below `lowest` and values far above every initial value.
 *
 * @param {Curve[]} curves
 * @param {number} lowest
 * @param {number[]} others further values to include
 * @returns {Decades}
 */
export function decadesOf(curves, lowest, others) {
  let low = Infinity
  let high = -Infinity
  let ceiling = 0
  for (const curve of curves) ceiling = Math.max(ceiling, curve.value(0) * MAX_RISE)
  /** @param {number} value */
  const include = (value) => {
    if (value >= lowest && value < low) low = value
    if (value <= ceiling && value > high) high = value
  }
  for (const curve of curves) for (let row = 0; row < curve.rows; row++) include(curve.value(row))
  for (const value of others) include(Math.min(value, ceiling))
  if (!(high > 0)) high = 1
  if (!(low < high)) low = high / 10
  const from = Math.floor(Math.log10(low) - PADDING)
  return { from, to: Math.max(Math.ceil(Math.log10(high) + PADDING), from + 1) }
}

/**
 * Return the distance of a value from the top, as a fraction of the chart's height. Values below the axis, and zero,
 * give 1; values far above it give -1.
 *
 * @param {number} value
 * @param {Decades} decades
 */
export function depthOf(value, { from, to }) {
  const exponent = value > 0 ? Math.max(Math.log10(value), from) : from
  return Math.max(Math.min((to - exponent) / (to - from), 1), -1)
}

/**
 * Return the position of a step, as a fraction of the chart's width. On a logarithmic axis step 0 is where step 1 is.
 *
 * @param {number} step
 * @param {number} end
 * @param {boolean} isLog
 */
export function shareOf(step, end, isLog) {
  return isLog ? Math.log(Math.max(step, 1)) / Math.log(Math.max(end, 2)) : step / Math.max(end, 1)
}

/**
 * Return the step at a position.
 *
 * @param {number} share
 * @param {number} end
 * @param {boolean} isLog
 */
export function stepAt(share, end, isLog) {
  return Math.round(isLog ? Math.max(end, 1) ** Math.max(share, 0) : share * end)
}

/**
 * Return the steps to label on the x axis.
 *
 * @param {number} end
 * @param {boolean} isLog
 */
export function stepTicks(end, isLog) {
  if (!isLog) return ticks(0, end, 4).list.filter(Number.isInteger)
  return Array.from({ length: Math.floor(Math.log10(end) + 1e-9) + 1 }, (_, i) => 10 ** i)
}

/**
 * Return about `most` exponents to label on the y axis.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
export function exponentTicks(from, to, most) {
  const interval = Math.max(1, Math.ceil((to - from) / most))
  const list = []
  for (let exponent = Math.ceil(from / interval) * interval; exponent <= to; exponent += interval) list.push(exponent)
  return list
}
