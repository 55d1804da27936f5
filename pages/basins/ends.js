// How runs end, as the bytes of an answer say it; and how an end is drawn. No DOM.

/** @import { Outcome, Words } from '../stage/types.js' */
/** @typedef {Exclude<Outcome, 'converged'> | 'first_saddle' | 'elsewhere'} CodeName */
/** @typedef {Record<CodeName, number>} Codes the bytes of ends that are no listed minimum, by their names */

import { channels } from '../stage/colour.js'

const SADDLES = ['#fbf9f2', '#e4e1d8', '#cfccc4', '#f1e9d8', '#dcd6e2']
const PALEST = 0.15 // of a hue, where a run ends at once

/** @param {number} end @param {Codes} codes */
export const isMinimum = (end, codes) => end < codes.first_saddle

/**
 * The colour of an end.
 *
 * @param {number} end
 * @param {Codes} codes
 * @param {string[]} colours of runners
 */
export function endColour(end, codes, colours) {
  const { first_saddle: first, saddle } = codes
  if (end >= first && end <= saddle) return SADDLES[(end - first) % SADDLES.length]
  /** @type {Record<number, string>} */
  const others = {
    [codes.maximum]: '#8d6e63',
    [codes.stalled]: '#9aa0a8',
    [codes.out_of_steps]: '#c3c7cd',
    [codes.diverged]: '#20242c',
    [codes.no_step]: '#5d5348',
    [codes.elsewhere]: colours[6],
  }
  return others[end] ?? colours[1 + (end % (colours.length - 1))]
}

/**
 * An end in words, where it has some of its own; minima and saddles are told by their places.
 *
 * @param {number} end
 * @param {Codes} codes
 * @param {Words} words
 */
export function endText(end, codes, words) {
  /** @type {Record<number, string>} */
  const texts = {
    [codes.saddle]: words.saddle,
    [codes.maximum]: words.maximum,
    [codes.stalled]: words.stalled,
    [codes.diverged]: words.diverged,
    [codes.out_of_steps]: words.outOfSteps,
    [codes.no_step]: words.noStepLeft,
    [codes.elsewhere]: words.elsewhere,
  }
  return texts[end]
}

/**
 * The channels of the colour of every end.
 *
 * @param {Codes} codes
 * @param {string[]} colours of runners
 */
export const hueTable = (codes, colours) =>
  Array.from({ length: 256 }, (_, end) => channels(endColour(end, codes, colours)))

/**
 * The pixels of a strip from the top down: the hue says where a run ends, its strength how long that takes.
 *
 * @param {{ ends: Uint8Array, steps: Uint8Array }} strip from the bottom up
 * @param {number} columns
 * @param {Codes} codes
 * @param {number[][]} hues channels of the colour of every end
 * @param {string} background
 */
export function stripPixels({ ends, steps }, columns, codes, hues, background) {
  const rows = ends.length / columns
  const pixels = new Uint8ClampedArray(columns * rows * 4)
  const pale = channels(background)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      const end = ends[i]
      const hasStrength = isMinimum(end, codes) || end === codes.elsewhere
      const share = hasStrength ? PALEST + (1 - PALEST) * (steps[i] / 255) : 1
      const target = ((rows - 1 - row) * columns + column) * 4
      for (let c = 0; c < 3; c++) pixels[target + c] = pale[c] + (hues[end][c] - pale[c]) * share
      pixels[target + 3] = 255
    }
  }
  return pixels
}

/**
 * The share of the cells that each end has.
 *
 * @param {Uint8Array[]} strips
 * @returns {Map<number, number>}
 */
export function sharesOf(strips) {
  const counts = new Map()
  let total = 0
  for (const ends of strips) {
    for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1)
    total += ends.length
  }
  for (const [end, count] of counts) counts.set(end, count / total)
  return counts
}
