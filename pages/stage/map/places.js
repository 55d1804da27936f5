// Where runners are on the map. No DOM.

/** @import { Point, Track } from '../types.js' */
/** @import { MapFrame } from './frame.js' */

import { COLUMNS } from '../answer.js'
import { toScreen } from './window.js'

/**
 * A function from a row of a lane's path, or of its average's, to the plane.
 *
 * @param {Track} track
 * @param {Float32Array} path
 * @param {Point} origin of the answer
 * @returns {(row: number) => Point}
 */
export function planePlaces(track, path, [ox, oy]) {
  const end = path === track.path ? track.last : null
  const last = track.rows - 1
  return (row) => (row === last && end ? end : [path[row * COLUMNS] + ox, path[row * COLUMNS + 1] + oy])
}

/**
 * A function from a row to the screen.
 *
 * @param {Track} track
 * @param {Float32Array} path
 * @param {Point} origin
 * @param {MapFrame} frame
 * @returns {(row: number) => Point}
 */
export function screenPlaces(track, path, origin, { window }) {
  const place = planePlaces(track, path, origin)
  return (row) => {
    const [x, y] = place(row)
    return toScreen(x, y, window)
  }
}

/**
 * The point between a row and the next where something stands.
 *
 * @param {(row: number) => Point} places
 * @param {[row: number, part: number]} at
 * @returns {Point}
 */
export function between(places, [row, part]) {
  const [x, y] = places(row)
  if (part === 0) return [x, y]
  const [nx, ny] = places(row + 1)
  return [x + (nx - x) * part, y + (ny - y) * part]
}
