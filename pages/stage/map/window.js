// The geometry of a map: the part of the plane that it shows, and conversion between points and pixels. No DOM.

/** @import { Box, Landscape, MapWindow, Point } from '../types.js' */

export const FAR = 1e5 // pixels; of points that are farther away, only the direction matters
const NARROWEST = 1e-7
const WIDEST = 1e7
const EDGE = 0.05 // margin beyond a start outside the domain, as a fraction of the window

/**
 * Return the part of the plane that is shown: the whole box, centred, with the same scale in x and y.
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
 * Return the pixel of a point. Points too far away for a canvas keep only their direction.
 *
 * @param {number} x
 * @param {number} y
 * @param {MapWindow} window
 * @returns {Point}
 */
export function toScreen(x, y, { x0, y1, unit }) {
  const px = (x - x0) / unit
  const py = (y1 - y) / unit
  const distance = Math.max(Math.abs(px), Math.abs(py))
  if (distance <= FAR) return [px, py]
  const shrink = Number.isFinite(distance) ? FAR / distance : 1
  /** @param {number} value */
  const shorten = (value) => (Number.isFinite(value) ? value * shrink : Math.sign(value) * FAR)
  return [shorten(px), shorten(py)]
}

/**
 * Return the point of the plane under a pixel.
 *
 * @param {number} px
 * @param {number} py
 * @param {MapWindow} window
 * @returns {Point}
 */
export const toPlane = (px, py, { x0, y1, unit }) => [x0 + px * unit, y1 - py * unit]

/**
 * Return the box scaled about a pixel, or null where numbers would become too coarse.
 *
 * @param {MapWindow} window
 * @param {number} factor
 * @param {Point} pixel
 * @returns {Box | null}
 */
export function zoomBox(window, factor, [px, py]) {
  const { x0, x1, y0, y1 } = window
  const [x, y] = toPlane(px, py, window)
  const width = (x1 - x0) * factor
  if (width < NARROWEST || width > WIDEST) return null
  return [x + (x0 - x) * factor, x + (x1 - x) * factor, y + (y0 - y) * factor, y + (y1 - y) * factor]
}

/**
 * Return the box after the map was dragged by a number of pixels.
 *
 * @param {MapWindow} window
 * @param {number} dx
 * @param {number} dy
 * @returns {Box}
 */
export const panBox = ({ x0, x1, y0, y1, unit }, dx, dy) => [
  x0 - dx * unit,
  x1 - dx * unit,
  y0 + dy * unit,
  y1 + dy * unit,
]

/**
 * Return the box that contains the domain and the start; null if the start lies in the domain.
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
 * Return where the way from a point inside to one outside crosses the edge, less a margin, and its angle.
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
  return { place: clampInside([x + share * dx, y + share * dy], width, height, margin), angle: Math.atan2(dy, dx) }
}

/**
 * Return the nearest place that keeps a margin to the edge.
 *
 * @param {Point} place
 * @param {number} width
 * @param {number} height
 * @param {number} margin
 * @returns {Point}
 */
export function clampInside([x, y], width, height, margin) {
  /** @param {number} value @param {number} most */
  const clamp = (value, most) => Math.min(Math.max(value, margin), most - margin)
  return [clamp(x, width), clamp(y, height)]
}
