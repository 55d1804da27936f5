// Places and values of a slider, and symbols as text. No DOM.

/** @import { Parameter } from '../types.js' */

export const FINE = 1000 // places of a slider

/** @typedef {Pick<Parameter, 'low' | 'high' | 'scale' | 'integer' | 'zero'>} Scale */

/**
 * Return the value at a place from 0 to FINE. With `zero`, place 0 is the value 0.
 *
 * @param {number} place
 * @param {Scale} scale
 */
export function toValue(place, { low, high, scale, integer, zero }) {
  if (zero && place <= 0) return 0
  const share = place / FINE
  const value = scale === 'log' ? low * (high / low) ** share : low + (high - low) * share
  if (integer) return Math.round(value)
  return place <= 0 ? low : place >= FINE ? high : Number(value.toPrecision(3))
}

/**
 * Return the place of a value.
 *
 * @param {number} value
 * @param {Pick<Scale, 'low' | 'high' | 'scale'>} scale
 */
export function toPlace(value, { low, high, scale }) {
  return Math.round(Math.min(Math.max(shareOf(value, low, high, scale === 'log'), 0), 1) * FINE)
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @param {boolean} log
 */
function shareOf(value, low, high, log) {
  if (!log) return (value - low) / (high - low)
  return value > 0 ? Math.log(value / low) / Math.log(high / low) : 0
}

/** @type {Record<string, string>} */
const GREEK = {
  epsilon: 'ε',
  alpha: 'α',
  beta: 'β',
  rho: 'ρ',
  delta: 'δ',
  kappa: 'κ',
  varphi: 'φ',
  sigma: 'σ',
  lambda: 'λ',
  theta: 'θ',
  nu: 'ν',
  tau: 'τ',
}
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'

/**
 * Return a LaTeX symbol as text.
 *
 * @param {string} latex
 */
export const symbolText = (latex) =>
  latex
    .replace(/\\(\w+?)(?=_|\d|$|\W)/g, (_, name) => GREEK[name] ?? name)
    .replace(/_\{?(\d)\}?/g, (_, digit) => SUBSCRIPTS[digit])
