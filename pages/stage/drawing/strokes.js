// Drawing of lines, runners and landmarks, for the map, the 3D view and the charts.

/** @import { Line, MarkerShape, Point, Style, Theme } from '../types.js' */
/** @typedef {CanvasRenderingContext2D} Context */

import { contextOf, element, pixelScale, sizeCanvas } from '../dom.js'
import { lengthOf } from './trail.js'

const HALO = 2.2 // pixels that it adds to the width of a line
const MAX_DASHES = 8000 // more take seconds to draw, and are too dense to be recognized

/**
 * Draw a line through points, above its halo if it has one.
 *
 * @param {Context} context
 * @param {number[]} coordinates x, y, x, y, …
 * @param {Line} style
 * @param {string} [halo]
 */
export function stroke(context, coordinates, style, halo) {
  if (coordinates.length < 4) return
  context.beginPath()
  context.moveTo(coordinates[0], coordinates[1])
  for (let i = 2; i < coordinates.length; i += 2) context.lineTo(coordinates[i], coordinates[i + 1])
  context.lineJoin = 'round'
  if (halo) {
    context.setLineDash([])
    context.strokeStyle = halo
    context.lineWidth = style.width + HALO
    context.stroke()
  }
  const dashes = lengthOf(coordinates) / style.dash.reduce((sum, size) => sum + size, 0)
  context.setLineDash(dashes < MAX_DASHES ? style.dash : [])
  context.strokeStyle = style.colour
  context.lineWidth = style.width
  context.stroke()
  context.setLineDash([])
}

/**
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} corners
 * @param {number} radius
 * @param {number} turn angle of the first corner, in radians
 * @param {number} inner radius of the inner corners of a star, 0 for a polygon
 */
function polygon(context, x, y, corners, radius, turn = -Math.PI / 2, inner = 0) {
  const count = inner ? corners * 2 : corners
  for (let i = 0; i < count; i++) {
    const r = inner && i % 2 ? inner : radius
    const a = turn + (i * 2 * Math.PI) / count
    context.lineTo(x + r * Math.cos(a), y + r * Math.sin(a))
  }
  context.closePath()
}

/** @type {Record<MarkerShape, (c: Context, x: number, y: number, r: number) => void>} */
const SHAPES = {
  circle: (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
  square: (c, x, y, r) => c.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7),
  triangle: (c, x, y, r) => polygon(c, x, y + r * 0.15, 3, r * 1.2),
  wedge: (c, x, y, r) => polygon(c, x, y - r * 0.15, 3, r * 1.2, Math.PI / 2),
  diamond: (c, x, y, r) => polygon(c, x, y, 4, r * 1.2),
  star: (c, x, y, r) => polygon(c, x, y, 5, r * 1.35, -Math.PI / 2, r * 0.6),
  cross: (c, x, y, r) => polygon(c, x, y, 4, r * 1.3, -Math.PI / 4, r * 0.5),
  pentagon: (c, x, y, r) => polygon(c, x, y, 5, r * 1.1),
  hexagon: (c, x, y, r) => polygon(c, x, y, 6, r * 1.1),
}

/**
 * Draw a marker.
 *
 * @param {Context} context
 * @param {Point} place
 * @param {Pick<Style, 'marker' | 'colour'>} style
 * @param {string} halo
 */
export function marker(context, [x, y], style, halo, radius = 6) {
  context.beginPath()
  SHAPES[style.marker](context, x, y, radius)
  context.fillStyle = style.colour
  context.strokeStyle = halo
  context.lineWidth = 2
  context.stroke()
  context.fill()
}

/**
 * Draw an arrow from one point of the screen to another.
 *
 * @param {Context} context
 * @param {Point} from
 * @param {Point} to
 * @param {string} colour
 * @param {string} halo
 * @param {number} width
 */
export function arrow(context, [x, y], [tx, ty], colour, halo, width) {
  const size = Math.hypot(tx - x, ty - y)
  if (size < 2) return
  const point = Math.min(4 + 2.2 * width, size)
  const [ux, uy] = [(tx - x) / size, (ty - y) / size]
  const [nx, ny] = [tx - ux * point, ty - uy * point]
  context.lineCap = 'round'
  for (const shade of [halo, colour]) {
    context.strokeStyle = shade
    context.fillStyle = shade
    context.lineWidth = shade === halo ? width + 3 : width
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(nx, ny)
    context.stroke()
    context.beginPath()
    context.moveTo(tx, ty)
    context.lineTo(nx - uy * point * 0.5, ny + ux * point * 0.5)
    context.lineTo(nx + uy * point * 0.5, ny - ux * point * 0.5)
    context.closePath()
    context.lineWidth = shade === halo ? 3 : 0.5
    context.stroke()
    context.fill()
  }
  context.lineCap = 'butt'
}

/**
 * Stroke the current path of a context, above its halo.
 *
 * @param {Context} context
 * @param {Line} style
 * @param {string} halo
 * @param {number} rim pixels that the halo adds to the width
 */
export function outline(context, style, halo, rim) {
  context.setLineDash([])
  context.strokeStyle = halo
  context.lineWidth = style.width + rim
  context.stroke()
  context.setLineDash(style.dash)
  context.strokeStyle = style.colour
  context.lineWidth = style.width
  context.stroke()
  context.setLineDash([])
}

/**
 * Draw the ring of an average.
 *
 * @param {Context} context
 * @param {Point} place
 * @param {string} colour
 * @param {string} halo
 */
export function ring(context, [x, y], colour, halo) {
  context.beginPath()
  context.arc(x, y, 8, 0, 2 * Math.PI)
  outline(context, { colour, width: 3, dash: [] }, halo, 3)
}

/**
 * Draw a runner's head: a ring for an average, its marker for the runner itself.
 *
 * @param {Context} context
 * @param {Point} place
 * @param {Style} style
 * @param {string} halo
 */
export function head(context, place, style, halo) {
  if (style.ring) ring(context, place, style.colour, halo)
  else marker(context, place, style, halo)
}

/**
 * Draw a flag for a minimum, in the accent colour for the best one.
 *
 * @param {Context} context
 * @param {Point} place
 * @param {Theme} theme
 * @param {boolean} best
 */
export function flag(context, [px, py], theme, best) {
  context.strokeStyle = theme.halo
  context.lineWidth = 4
  context.beginPath()
  context.moveTo(px, py)
  context.lineTo(px, py - 18)
  context.stroke()
  context.strokeStyle = theme.text
  context.lineWidth = 2
  context.stroke()
  context.beginPath()
  context.moveTo(px, py - 18)
  context.lineTo(px + 12, py - 14)
  context.lineTo(px, py - 9)
  context.closePath()
  context.fillStyle = best ? theme.accent : theme.halo
  context.fill()
  context.lineWidth = 1
  context.stroke()
}

/**
 * Draw a cross for a saddle.
 *
 * @param {Context} context
 * @param {Point} place
 * @param {Theme} theme
 */
export function crossing(context, [px, py], theme) {
  context.beginPath()
  context.moveTo(px - 5, py - 5)
  context.lineTo(px + 5, py + 5)
  context.moveTo(px - 5, py + 5)
  context.lineTo(px + 5, py - 5)
  outline(context, { colour: theme.text, width: 2, dash: [] }, theme.halo, 2.5)
}

/**
 * Draw text that is legible on any relief.
 *
 * @param {Context} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ halo: string, quiet: string }} theme
 */
export function haloed(context, text, x, y, theme) {
  context.lineJoin = 'round'
  context.lineWidth = 3
  context.strokeStyle = theme.halo
  context.strokeText(text, x, y)
  context.fillStyle = theme.quiet
  context.fillText(text, x, y)
}

/**
 * Create a swatch of a runner's line and marker. It is an image, because the browser composites every canvas as a layer
 * of its own, in every frame.
 *
 * @param {Style} style
 * @param {string} halo
 */
export function swatch(style, halo) {
  const canvas = document.createElement('canvas')
  const scale = pixelScale()
  sizeCanvas(canvas, 34, 14, scale)
  const context = contextOf(canvas, scale)
  stroke(context, [1, 7, 33, 7], { ...style, width: 2.5 })
  marker(context, [17, 7], style, halo, 4)
  return element('img', { class: 'slalom-swatch', alt: '', src: canvas.toDataURL() })
}
