// How runs ended, in words. No DOM.

/** @import { Outcome, Reason, Track, Words } from './types.js' */

import { fill } from './format.js'

/** @type {Record<Reason, keyof Words>} */
const REASONS = {
  left: 'left',
  loss: 'lossTooLarge',
  nan: 'nan',
  singular: 'singular',
  nothing_lower: 'nothingLower',
}

/** @type {Record<Outcome, keyof Words>} */
const OUTCOMES = {
  converged: 'converged',
  saddle: 'saddle',
  maximum: 'maximum',
  stalled: 'stalled',
  out_of_steps: 'outOfSteps',
  diverged: 'diverged',
  no_step: 'noStepLeft',
}

/**
 * @param {Pick<Track, 'outcome' | 'reason' | 'best' | 'steps'>} track
 * @param {Words} words
 */
export function outcomeText({ outcome, reason, best, steps }, words) {
  if (reason) return fill(String(words[REASONS[reason]]), { step: steps })
  if (outcome === 'out_of_steps') return words.outOfSteps
  const text = outcome === 'converged' && best ? words.convergedBest : String(words[OUTCOMES[outcome]])
  return fill(words.endedAt, { outcome: text, step: steps })
}
