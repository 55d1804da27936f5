// Places of runners in the plane and on the map. No DOM.

/** @import { Point, Track } from '../types.js' */
/** @import { MapFrame } from './frame.js' */

import { COLUMNS } from '../answer.js'
import { MERGE_DISTANCE } from '../drawing/trail.js'
import { FAR, toScreen } from './window.js'

/**
 * Return a function from a row of a lane's path, or of its average, to the plane.
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
 * Return a function from a row to the screen.
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
 * Return rows of a path as pixel coordinates x, y, x, y, …, without points that coincide with the one before. This runs
 * for every row of every lane in each frame of a drag, so it allocates nothing per row.
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
  const coordinates = []
  let x = NaN
  let y = NaN
  for (let row = from; row <= upTo; row++) {
    const [planeX, planeY] = [path[row * COLUMNS] + ox, path[row * COLUMNS + 1] + oy]
    let px = (planeX - x0) / unit
    let py = (y1 - planeY) / unit
    if (!(Math.abs(px) <= FAR && Math.abs(py) <= FAR)) [px, py] = toScreen(planeX, planeY, window)
    if (row === upTo && end) [px, py] = toScreen(end[0], end[1], window)
    if (Math.abs(px - x) < MERGE_DISTANCE && Math.abs(py - y) < MERGE_DISTANCE) continue
    coordinates.push(px, py)
    x = px
    y = py
  }
  return coordinates
}

/**
 * Return the point at a fraction of the way from a row to the next.
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
