// Drawing of the parts of a step on the map.

/** @import { MapWindow, Point, Theme } from '../stage/types.js' */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {'step' | 'gradient'} Unit a displacement in the plane, or a gradient, which has a scale of its own */
/** @typedef {{ kind: 'arrow', tail: Point, vector: Point, unit: Unit }} Arrow */
/** @typedef {{ kind: 'spot', at: Point }} Spot */
/** @typedef {{ kind: 'box', center: Point, half: Point, unit: Unit }} Box */
/** @typedef {{ kind: 'triangle', corners: [Point, Point, Point] }} Triangle its best corner first */
/** @typedef {{ kind: 'axes', center: Point, eigen: [value: number, vx: number, vy: number][] }} Axes */

/**
 * @typedef {object} Model a quadratic model
 * @property {'model'} kind
 * @property {Point} center
 * @property {Point} gradient
 * @property {[number, number, number]} hessian
 * @property {Point | null} flat its stationary point
 */

/**
 * @typedef {object} Search a line search
 * @property {'search'} kind
 * @property {Point} origin
 * @property {Point} direction
 * @property {number} taken
 * @property {number} most
 * @property {(number | null)[]} losses
 */

/** @typedef {Arrow | Spot | Box | Triangle | Axes | Model | Search} Shape */
/** @typedef {[from: Point, to: Point]} Segment */

/**
 * @typedef {object} Brush
 * @property {Context} context
 * @property {MapWindow} window
 * @property {Point} size of the map
 * @property {Theme} theme
 * @property {number} unit size of text, relative to a small screen
 * @property {number} scale pixels per unit of a gradient
 * @property {string} colour
 * @property {number} width
 * @property {boolean} isStrong
 */

import { arrow, haloed, outline, stroke } from '../stage/drawing/strokes.js'
import { short } from '../stage/format.js'
import { isolines } from '../stage/map/isolines.js'
import { toScreen } from '../stage/map/window.js'

const AXIS = 90 // pixels of an eigenvector, in both directions
const SPOT = 7 // pixels
const GRID = { columns: 72, rows: 54 } // of a model's contours

/** @param {Point} point @param {Brush} brush */
const place = ([x, y], { window }) => toScreen(x, y, window)

/** @param {Arrow} shape @param {Brush} brush @returns {Segment[]} */
function drawArrow({ tail, vector: [x, y], unit }, brush) {
  const from = place(tail, brush)
  /** @type {Point} */
  const to =
    unit === 'gradient'
      ? [from[0] + x * brush.scale, from[1] - y * brush.scale]
      : place([tail[0] + x, tail[1] + y], brush)
  arrow(brush.context, from, to, brush.colour, brush.theme.halo, brush.width)
  return [[from, to]]
}

/** @param {Point} at @param {Brush} brush @returns {Segment[]} */
function drawSpot(at, brush) {
  const { context, colour, width, theme } = brush
  const [x, y] = place(at, brush)
  context.beginPath()
  context.arc(x, y, SPOT, 0, 2 * Math.PI)
  outline(context, { colour, width: width - 0.6, dash: [] }, theme.halo, 3.1)
  return [
    [
      [x, y],
      [x, y],
    ],
  ]
}

/** @param {Box} shape @param {Brush} brush @returns {Segment[]} */
function drawBox({ center, half, unit }, brush) {
  const { context, colour, width, theme, window, scale } = brush
  const [x, y] = place(center, brush)
  const [w, h] = half.map((size) => size * (unit === 'gradient' ? scale : 1 / window.unit))
  context.setLineDash([5, 3])
  for (const [shade, line] of /** @type {[string, number][]} */ ([
    [theme.halo, width + 1.5],
    [colour, width - 1.2],
  ])) {
    context.strokeStyle = shade
    context.lineWidth = line
    context.strokeRect(x - w, y - h, 2 * w, 2 * h)
  }
  context.setLineDash([])
  return [-1, 1].flatMap(
    (side) =>
      /** @type {Segment[]} */ ([
        [
          [x - w, y + side * h],
          [x + w, y + side * h],
        ],
        [
          [x + side * w, y - h],
          [x + side * w, y + h],
        ],
      ]),
  )
}

/**
 * Draw a triangle, with a dot at its best corner: that is the point of the path.
 *
 * @param {Triangle} shape
 * @param {Brush} brush
 * @returns {Segment[]}
 */
function drawTriangle(shape, brush) {
  const { context, colour, width, theme, isStrong } = brush
  const corners = shape.corners.map((corner) => place(corner, brush))
  const { globalAlpha } = context
  context.lineJoin = 'round'
  context.beginPath()
  for (const corner of corners) context.lineTo(...corner)
  context.closePath()
  context.fillStyle = colour
  context.globalAlpha = globalAlpha * (isStrong ? 0.22 : 0.08)
  context.fill()
  context.globalAlpha = globalAlpha
  outline(context, { colour, width: width - 1.2, dash: [] }, theme.halo, 2.7)
  context.beginPath()
  context.arc(...corners[0], width + 1, 0, 2 * Math.PI)
  context.fill()
  return corners.map((corner, i) => [corner, corners[(i + 1) % 3]])
}

/**
 * Draw the contours of a quadratic model, and its stationary point.
 *
 * @param {Model} shape
 * @param {Brush} brush
 * @returns {Segment[]}
 */
function drawModel(shape, brush) {
  const { context, colour, isStrong, size } = brush
  const { columns, rows } = GRID
  const [sx, sy] = [size[0] / (columns - 1), size[1] / (rows - 1)]
  context.save()
  context.translate(0, size[1])
  context.scale(sx, -sy)
  context.strokeStyle = colour
  context.globalAlpha *= isStrong ? 0.9 : 0.45
  context.lineWidth = 1.3 / Math.sqrt(sx * sy)
  context.stroke(isolines(modelLevels(shape, brush.window), columns, rows))
  context.restore()
  return shape.flat ? drawSpot(shape.flat, brush) : []
}

/** @param {Model} shape @param {MapWindow} window */
function modelLevels({ center: [cx, cy], gradient: [gx, gy], hessian: [a, b, d] }, { x0, x1, y0, y1 }) {
  const { columns, rows } = GRID
  const heights = new Float64Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const u = x0 + ((x1 - x0) * column) / (columns - 1) - cx
      const v = y0 + ((y1 - y0) * row) / (rows - 1) - cy
      heights[row * columns + column] = gx * u + gy * v + (a * u * u + 2 * b * u * v + d * v * v) / 2
    }
  }
  const [low, high] = [Math.min(...heights), Math.max(...heights)]
  return heights.map((height) => Math.sqrt((height - low) / (high - low || 1)))
}

/** @param {Axes} shape @param {Brush} brush @returns {Segment[]} */
function drawAxes({ center, eigen }, brush) {
  const { context, colour, width, theme, unit } = brush
  const [x, y] = place(center, brush)
  context.font = `600 ${12.5 * unit}px system-ui, sans-serif`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  return eigen.map(([value, vx, vy]) => {
    const [dx, dy] = [vx * AXIS * unit, -vy * AXIS * unit]
    /** @type {Segment} */
    const ends = [
      [x - dx, y - dy],
      [x + dx, y + dy],
    ]
    stroke(context, ends.flat(), { colour, width: width - 1, dash: value < 0 ? [4, 4] : [] }, theme.halo)
    haloed(context, `λ = ${short(value)}`, x + dx * 1.18, y + dy * 1.18, { ...theme, quiet: colour })
    return ends
  })
}

/** @param {Search} shape @param {Brush} brush @returns {Segment[]} */
function drawSearch({ origin: [x, y], direction: [dx, dy], taken, most }, brush) {
  const { context, colour, width, theme } = brush
  /** @param {number} a @returns {Point} */
  const at = (a) => [x + a * dx, y + a * dy]
  const [from, to] = [place(at(0), brush), place(at(most), brush)]
  stroke(context, [...from, ...to], { colour, width: width - 1, dash: [2, 5] }, theme.halo)
  return [...drawSpot(at(taken), brush), [from, to]]
}

/**
 * Draw a shape, and return its segments on the screen.
 *
 * @param {Shape} shape
 * @param {Brush} brush
 * @returns {Segment[]}
 */
export function drawShape(shape, brush) {
  switch (shape.kind) {
    case 'arrow':
      return drawArrow(shape, brush)
    case 'spot':
      return drawSpot(shape.at, brush)
    case 'box':
      return drawBox(shape, brush)
    case 'triangle':
      return drawTriangle(shape, brush)
    case 'axes':
      return drawAxes(shape, brush)
    case 'model':
      return drawModel(shape, brush)
    case 'search':
      return drawSearch(shape, brush)
  }
}

/**
 * Return the distance of a point from a segment.
 *
 * @param {Point} point
 * @param {Segment} segment
 */
export function distance([x, y], [[ax, ay], [bx, by]]) {
  const [dx, dy] = [bx - ax, by - ay]
  const share = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0), 1)
  return Math.hypot(x - ax - share * dx, y - ay - share * dy)
}
