// Formatting of numbers and sentences. No DOM.

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/**
 * Fill the placeholders of a sentence; unknown ones stay.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export const fill = (text, values) =>
  text.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder))

/**
 * Format a number with three digits; with a power of ten where that is shorter, and one digit less.
 *
 * @param {number} number
 */
export function short(number, digits = 3) {
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number > 0 ? '∞' : '−∞'
  if (number === 0) return '0'
  const size = Math.abs(number)
  if (size >= 1e3 && size < 1e4) return String(Number(number.toPrecision(Math.max(digits, 4)))).replace('-', '−')
  if (size >= 1e-3 && size < 1e3) return String(Number(number.toPrecision(digits))).replace('-', '−')
  const scientific =
    digits > 3 ? Number(number.toPrecision(digits - 1)).toExponential() : number.toExponential(Math.min(digits - 1, 1))
  return scientific.replace('e+', 'e').replaceAll('-', '−')
}

/**
 * Format numbers with as many digits as it takes to distinguish them.
 *
 * @param {number[]} numbers
 * @returns {string[]}
 */
export function apart(numbers, digits = 3) {
  const texts = numbers.map((number) => short(number, digits))
  return new Set(texts).size === new Set(numbers).size || digits === 17 ? texts : apart(numbers, digits + 1)
}

/** Format a power of ten. @param {number} exponent */
export const power = (exponent) =>
  '10' + [...String(exponent)].map((c) => (c === '-' ? '⁻' : SUPERSCRIPTS[Number(c)])).join('')

/**
 * Return about `count` round numbers from `low` to `high`, and their step.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function ticks(low, high, count) {
  const rough = (high - low) / count
  const base = 10 ** Math.floor(Math.log10(rough))
  const step = base * ([1, 2, 5, 10].find((factor) => base * factor >= rough) ?? 10)
  const list = []
  for (let i = Math.ceil(low / step); i * step <= high; i++) list.push(i * step)
  return { list, step }
}
