// An answer of the race socket: a header, and the blocks of numbers that it announces. No DOM.

/** @import { Answer, Header, Lane, Query, Surface, Track } from './types.js' */

import { levels } from './map/levels.js'

export const COLUMNS = 4 // numbers of a row of a path
const NOTHING = new Float64Array()

// Takes one block of numbers after the other.
export class Blocks {
  #numbers
  #next = 0

  /** @param {Float32Array} numbers */
  constructor(numbers) {
    this.#numbers = numbers
  }

  /**
   * The next so many numbers.
   *
   * @param {number} count
   */
  take(count) {
    this.#next += count
    return this.#numbers.subarray(this.#next - count, this.#next)
  }

  /** All the bytes that are left. */
  bytes() {
    const { buffer, byteOffset } = this.#numbers.subarray(this.#next)
    return new Uint8Array(buffer, byteOffset)
  }
}

/**
 * What two races must share for the answer to one to be a picture of the other.
 *
 * @param {{ landscape: string, lanes: Pick<Lane, 'optimizer'>[] }} race
 */
export const kindsOf = (race) => [race.landscape, ...race.lanes.map((lane) => lane.optimizer)].join()

/**
 * The lanes of an answer, each with its numbers.
 *
 * @param {Header} header
 * @param {Blocks} blocks
 * @param {Query} query what was asked
 * @param {number} id
 * @returns {Answer}
 */
export function readAnswer(header, blocks, query, id) {
  const tracks = header.lanes.map((lane, index) => readTrack(lane, index, blocks))
  return { id, header, tracks, kinds: kindsOf(query.race), landscape: query.race.landscape }
}

/**
 * @param {Header['lanes'][number]} lane
 * @param {number} index
 * @param {Blocks} blocks
 * @returns {Track}
 */
function readTrack(lane, index, blocks) {
  const size = lane.rows * COLUMNS
  return {
    ...lane,
    index,
    path: blocks.take(size),
    average: lane.average ? blocks.take(size) : null,
    vectors: lane.clipping ? blocks.take(size) : null,
    name: '',
    style: null,
    evaluationCounts: NOTHING,
    ticks: NOTHING,
  }
}

/**
 * The surface of an answer, if it has one.
 *
 * @param {Header} header
 * @param {Blocks} blocks
 * @param {string} landscape
 * @returns {Surface | null}
 */
export function readSurface({ surface }, blocks, landscape) {
  return surface ? { ...surface, landscape, ...levels(blocks.take(surface.columns * surface.rows)) } : null
}
