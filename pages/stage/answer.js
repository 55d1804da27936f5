// An answer of the race socket: a header, and the arrays that it lists, each with a name. No DOM.

/** @import { Answer, Header, Lane, Query, Surface, Track } from './types.js' */

import { levels } from './map/levels.js'

export const COLUMNS = 4 // numbers of a row of a path
const ALIGNMENT = 4 // bytes: every array is filled up to whole multiples
const NOTHING = new Float64Array()

// The arrays of an answer, by name.
export class Arrays {
  /** @type {Map<string, { kind: string, size: number, start: number }>} */
  #places = new Map()
  #buffer

  /**
   * @param {[name: string, kind: string, size: number][]} listed
   * @param {ArrayBuffer} buffer
   * @param {number} start of the first array
   */
  constructor(listed, buffer, start) {
    this.#buffer = buffer
    for (const [name, kind, size] of listed) {
      this.#places.set(name, { kind, size, start })
      const bytes = size * (kind === 'uint8' ? 1 : 4)
      start += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    }
  }

  /**
   * The numbers of that name, null if there are none.
   *
   * @param {string} name
   */
  find(name) {
    const place = this.#places.get(name)
    return place ? new Float32Array(this.#buffer, place.start, place.size) : null
  }

  /**
   * The numbers of that name.
   *
   * @param {string} name
   */
  get(name) {
    const found = this.find(name)
    if (!found) throw new RangeError(`the answer has no array "${name}"`)
    return found
  }

  /**
   * The bytes of that name.
   *
   * @param {string} name
   */
  bytes(name) {
    const place = this.#places.get(name)
    if (place?.kind !== 'uint8') throw new RangeError(`the answer has no bytes "${name}"`)
    return new Uint8Array(this.#buffer, place.start, place.size)
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
 * @param {Arrays} arrays
 * @param {Query} query what was asked
 * @param {number} id
 * @returns {Answer}
 */
export function readAnswer(header, arrays, query, id) {
  const tracks = header.lanes.map((lane, index) => readTrack(lane, index, arrays))
  return { id, header, tracks, kinds: kindsOf(query.race), landscape: query.race.landscape }
}

/**
 * @param {Header['lanes'][number]} lane
 * @param {number} index
 * @param {Arrays} arrays
 * @returns {Track}
 */
function readTrack(lane, index, arrays) {
  return {
    ...lane,
    index,
    path: arrays.get(`path ${index}`),
    average: arrays.find(`average ${index}`),
    style: null,
    evaluationCounts: NOTHING,
    ticks: NOTHING,
  }
}

/**
 * The surface of an answer, if it has one.
 *
 * @param {Header} header
 * @param {Arrays} arrays
 * @param {string} landscape
 * @returns {Surface | null}
 */
export function readSurface({ surface }, arrays, landscape) {
  return surface ? { ...surface, landscape, ...levels(arrays.get('surface')) } : null
}
