// Where runners are on the map. No DOM.

/** @import { Point, Track } from '../types.js' */
/** @import { MapFrame } from './frame.js' */

import { COLUMNS } from '../answer.js'
import { SAME } from '../drawing/trail.js'
import { FAR, toScreen } from './window.js'

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
 * The rows of a path on the screen from one to another, without those that would fall on the pixel before: x, y, x, y, …
 * While a finger moves it goes over all rows of all lanes in every frame, so it makes nothing for a row.
 *
 * @param {Track} track
 * @param {Float32Array} path
 * @param {Point} origin
 * @param {MapFrame} frame
 * @param {number} from
 * @param {number} upTo
 * @returns {number[]}
 */
export function screenTrail(track, path, [ox, oy], { window }, from, upTo) {
  const { x0, y1, unit } = window
  const end = path === track.path && upTo === track.rows - 1 ? track.last : null
  const kept = []
  let x = NaN
  let y = NaN
  for (let row = from; row <= upTo; row++) {
    const [planeX, planeY] = [path[row * COLUMNS] + ox, path[row * COLUMNS + 1] + oy]
    let px = (planeX - x0) / unit
    let py = (y1 - planeY) / unit
    if (!(Math.abs(px) <= FAR && Math.abs(py) <= FAR)) [px, py] = toScreen(planeX, planeY, window)
    if (row === upTo && end) [px, py] = toScreen(end[0], end[1], window)
    if (Math.abs(px - x) < SAME && Math.abs(py - y) < SAME) continue
    kept.push(px, py)
    x = px
    y = py
  }
  return kept
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
