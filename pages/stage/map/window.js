// The geometry of a map: which part of the plane it shows, and where a point of the plane lies on it. No DOM.

/** @import { Box, Landscape, MapWindow, Point } from '../types.js' */

export const FAR = 1e5 // pixels: beyond it only the direction of a point matters
const NARROWEST = 1e-7
const WIDEST = 1e7
const EDGE = 0.05 // of a window's side, beyond a start that lies outside the landscape's own

/**
 * The part of the plane in sight: the whole box in the middle, one unit as long in x as in y.
 *
 * @param {Box} box
 * @param {number} width of the map in pixels
 * @param {number} height
 * @returns {MapWindow}
 */
export function fitWindow([x0, x1, y0, y1], width, height) {
  const unit = Math.max((x1 - x0) / width, (y1 - y0) / height) || 1
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2]
  const [hw, hh] = [(unit * width) / 2, (unit * height) / 2]
  return { x0: cx - hw, x1: cx + hw, y0: cy - hh, y1: cy + hh, unit, cx, cy }
}

/** @param {MapWindow} window @returns {Box} */
export const boxOf = ({ x0, x1, y0, y1 }) => [x0, x1, y0, y1]

/**
 * Where a point lies on the screen. Points so far that a canvas cannot hold them keep their direction.
 *
 * @param {number} x
 * @param {number} y
 * @param {MapWindow} window
 * @returns {Point}
 */
export function toScreen(x, y, { x0, y1, unit }) {
  const px = (x - x0) / unit
  const py = (y1 - y) / unit
  const far = Math.max(Math.abs(px), Math.abs(py))
  if (far <= FAR) return [px, py]
  const shrink = Number.isFinite(far) ? FAR / far : 1
  /** @param {number} value */
  const near = (value) => (Number.isFinite(value) ? value * shrink : Math.sign(value) * FAR)
  return [near(px), near(py)]
}

/**
 * The point of the plane under a pixel.
 *
 * @param {number} px
 * @param {number} py
 * @param {MapWindow} window
 * @returns {Point}
 */
export const toPlane = (px, py, { x0, y1, unit }) => [x0 + px * unit, y1 - py * unit]

/**
 * The box so many times as wide about a pixel that stays where it is; null where numbers become too coarse for it.
 *
 * @param {MapWindow} window
 * @param {number} factor
 * @param {Point} pixel
 * @returns {Box | null}
 */
export function zoomed(window, factor, [px, py]) {
  const { x0, x1, y0, y1 } = window
  const [x, y] = toPlane(px, py, window)
  const width = (x1 - x0) * factor
  if (width < NARROWEST || width > WIDEST) return null
  return [x + (x0 - x) * factor, x + (x1 - x) * factor, y + (y0 - y) * factor, y + (y1 - y) * factor]
}

/**
 * The box after the map was pulled by so many pixels.
 *
 * @param {MapWindow} window
 * @param {number} dx
 * @param {number} dy
 * @returns {Box}
 */
export const panned = ({ x0, x1, y0, y1, unit }, dx, dy) => [
  x0 - dx * unit,
  x1 - dx * unit,
  y0 + dy * unit,
  y1 + dy * unit,
]

/**
 * The box that shows the landscape's own and the start; null if that is the landscape's own.
 *
 * @param {Landscape['domain']} domain
 * @param {Point} start
 * @returns {Box | null}
 */
export function wholeBox([[x0, x1], [y0, y1]], [x, y]) {
  if (x >= x0 && x <= x1 && y >= y0 && y <= y1) return null
  const [w, h] = [Math.max(x1, x) - Math.min(x0, x), Math.max(y1, y) - Math.min(y0, y)]
  return [
    Math.min(x0, x - EDGE * w),
    Math.max(x1, x + EDGE * w),
    Math.min(y0, y - EDGE * h),
    Math.max(y1, y + EDGE * h),
  ]
}

/**
 * Where the way from a point inside to one outside crosses the edge, so many pixels inside it, and its direction.
 *
 * @param {Point} from
 * @param {Point} to
 * @param {number} width
 * @param {number} height
 * @param {number} margin
 * @returns {{ place: Point, angle: number }}
 */
export function edgeCrossing([x, y], [tx, ty], width, height, margin) {
  const [dx, dy] = [tx - x, ty - y]
  /** @param {number} d @param {number} at @param {number} most */
  const reach = (d, at, most) => (d > 0 ? (most - margin - at) / d : d < 0 ? (margin - at) / d : Infinity)
  const share = Math.max(0, Math.min(reach(dx, x, width), reach(dy, y, height)))
  return { place: held([x + share * dx, y + share * dy], width, height, margin), angle: Math.atan2(dy, dx) }
}

/**
 * The nearest place so many pixels inside the edge.
 *
 * @param {Point} place
 * @param {number} width
 * @param {number} height
 * @param {number} margin
 * @returns {Point}
 */
export function held([x, y], width, height, margin) {
  /** @param {number} value @param {number} most */
  const hold = (value, most) => Math.min(Math.max(value, margin), most - margin)
  return [hold(x, width), hold(y, height)]
}
