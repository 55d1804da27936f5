// What theory says of a learning rate. No DOM.

/** @import { Words } from '../types.js' */
/** @import { Mark } from './knob.js' */

import { apart, fill } from '../format.js'

/**
 * Where a run stops contracting, and the one or the two rates between which it contracts fastest.
 *
 * @param {number[]} rates the edge, and the fastest
 * @param {Words} words
 * @returns {Mark[]}
 */
export function rateMarks([edge, ...fastest], words) {
  const [rate, low, high] = apart([edge, ...fastest])
  const text = low === high ? fill(words.rateBest, { rate: low }) : fill(words.rateRange, { low, high })
  const marks = [...new Set(fastest)].map((value, i) => ({ value, text: i ? '' : text }))
  return [...marks, { value: edge, text: fill(words.rateEdge, { rate }) }]
}
