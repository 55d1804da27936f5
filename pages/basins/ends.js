// How runs end, as the bytes of an answer say it; and how an end is drawn. No DOM.

/** @import { Words } from '../stage/types.js' */

import { channels } from '../stage/colour.js'

export const FIRST_SADDLE = 128
const [SADDLE, NO_STEP, MAXIMUM, STALLED, DIVERGED, OUT, ELSEWHERE] = [249, 250, 251, 252, 253, 254, 255]
const SADDLES = ['#fbf9f2', '#e4e1d8', '#cfccc4', '#f1e9d8', '#dcd6e2']
const PALEST = 0.15 // of a hue, where a run ends at once

/**
 * The colour of an end.
 *
 * @param {number} end
 * @param {string[]} colours of runners
 */
export function endColour(end, colours) {
  if (end >= FIRST_SADDLE && end <= SADDLE) return SADDLES[(end - FIRST_SADDLE) % SADDLES.length]
  /** @type {Record<number, string>} */
  const others = {
    [MAXIMUM]: '#8d6e63',
    [STALLED]: '#9aa0a8',
    [OUT]: '#c3c7cd',
    [DIVERGED]: '#20242c',
    [NO_STEP]: '#5d5348',
    [ELSEWHERE]: colours[6],
  }
  return others[end] ?? colours[1 + (end % (colours.length - 1))]
}

/** @type {WeakMap<string[], number[][]>} */
const tables = new WeakMap()

/**
 * The channels of every end's colour.
 *
 * @param {string[]} colours of runners
 */
function endChannels(colours) {
  const table = tables.get(colours) ?? Array.from({ length: 256 }, (_, end) => channels(endColour(end, colours)))
  tables.set(colours, table)
  return table
}

/**
 * An end in words, where it has some of its own; minima and saddles are told by their places.
 *
 * @param {number} end
 * @param {Words} words
 */
export function endText(end, words) {
  /** @type {Record<number, string>} */
  const texts = {
    [SADDLE]: words.saddle,
    [MAXIMUM]: words.maximum,
    [STALLED]: words.stalled,
    [DIVERGED]: words.diverged,
    [OUT]: words.outOfSteps,
    [NO_STEP]: words.noStepLeft,
    [ELSEWHERE]: words.elsewhere,
  }
  return texts[end]
}

/**
 * The pixels of a strip from the top down: the hue says where a run ends, its strength how long that takes.
 *
 * @param {Uint8Array} ends from the bottom up
 * @param {Uint8Array} steps
 * @param {number} columns
 * @param {string[]} colours of runners
 * @param {string} background
 */
export function stripPixels(ends, steps, columns, colours, background) {
  const rows = ends.length / columns
  const pixels = new Uint8ClampedArray(columns * rows * 4)
  const pale = channels(background)
  const hues = endChannels(colours)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      const end = ends[i]
      const share = end < FIRST_SADDLE || end === ELSEWHERE ? PALEST + (1 - PALEST) * (steps[i] / 255) : 1
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
