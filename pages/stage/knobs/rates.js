// Learning rates from theory, as marks of a knob. No DOM.

/** @import { Words } from '../types.js' */
/** @import { Mark } from './knob.js' */

import { apart, fill } from '../format.js'

/**
 * Return the marks of the stability limit, and of the rate or the range of rates with the fastest contraction.
 *
 * @param {number[]} rates the limit, and one or two fastest rates
 * @param {Words} words
 * @returns {Mark[]}
 */
export function rateMarks([limit, ...fastest], words) {
  const [rate, low, high] = apart([limit, ...fastest])
  const text = low === high ? fill(words.rateBest, { rate: low }) : fill(words.rateRange, { low, high })
  const marks = [...new Set(fastest)].map((value, i) => ({ value, text: i ? '' : text }))
  return [...marks, { value: limit, text: fill(words.rateEdge, { rate }) }]
}
