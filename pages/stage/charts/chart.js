// A chart over steps or costs, with a logarithmic y axis: strong up to the playhead, faint after it.
// Drawn on a canvas: it changes in every frame of a drag, and Plotly takes longer than a frame.

/** @import { Curve, Point, Style, Track } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { Playback } from '../playback.js' */
/** @import { Appearance } from '../theme.js' */
/** @typedef {{ store: Store, playback: Playback, appearance: Appearance }} Sources the objects that a chart reads */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Edge */
/** @typedef {CanvasRenderingContext2D} Context */

import { contextOf, element, pixelScale, placeIn, sizeCanvas } from '../dom.js'
import { marker, stroke } from '../drawing/strokes.js'
import { MERGE_DISTANCE } from '../drawing/trail.js'
import { power } from '../format.js'
import { decadesOf, depthOf, exponentTicks, shareOf, stepAt, stepTicks } from './axis.js'

const EDGE = { left: 40, right: 10, top: 8, bottom: 24 }
const TICK_DISTANCE = 34 // pixels between two labels of the y axis

/**
 * Return margins scaled with the text.
 *
 * @param {Edge} edge
 * @param {number} unit
 * @returns {Edge}
 */
export const scaledEdge = ({ left, right, top, bottom }, unit) => ({
  left: left * unit,
  right: right * unit,
  top: top * unit,
  bottom: bottom * unit,
})

/**
 * Return the curve of a value that every row of a track has.
 *
 * @param {Playback} playback
 * @param {Track} track
 * @param {Style} style
 * @param {(row: number) => number} value
 * @returns {Curve}
 */
export function trackCurve(playback, track, style, value) {
  const { rows, ticks } = track
  return { rows, style, value, step: (row) => ticks[row], at: () => playback.rowAt(track)[0] }
}

export class Chart {
  lowest = 1e-12 // smaller values do not extend the y axis
  isLog = false // whether the x axis is logarithmic
  title = element('h2')
  canvas = element('canvas', { role: 'img' })
  box = element('div', { class: 'slalom-plot' }, this.canvas)
  element = element('section', { class: 'slalom-card slalom-curve' }, this.title, this.box)
  width = 0
  height = 0
  edge = scaledEdge(EDGE, 1)
  #scale = 1
  #decades = { from: 0, to: 1 }
  #faint = document.createElement('canvas')
  #strong = document.createElement('canvas')
  #key = '' // of the content of the layers

  /** @param {Sources} sources */
  constructor({ store, playback, appearance }) {
    this.store = store
    this.playback = playback
    this.appearance = appearance
    this.#listen()
  }

  // ---- hooks of subclasses ----

  label() {}

  /** @returns {Curve[]} the curves to paint */
  curves() {
    return []
  }

  /** @returns {number[]} further values that the y axis must include */
  otherHeights() {
    return []
  }

  /** Paint behind the curves, on the faint layer. @param {Context} _context */
  paintBehind(_context) {}

  /** Paint in front of the curves, on both layers. @param {Context} _context @param {boolean} _isFaint */
  paintBefore(_context, _isFaint) {}

  // ---- geometry ----

  resize() {
    const { clientWidth, clientHeight } = this.box
    this.width = clientWidth
    this.height = clientHeight
    this.#scale = pixelScale()
    for (const canvas of [this.canvas, this.#faint, this.#strong]) {
      sizeCanvas(canvas, clientWidth, clientHeight, this.#scale)
    }
    this.#key = ''
  }

  get #innerWidth() {
    return this.width - this.edge.left - this.edge.right
  }

  get #innerHeight() {
    return this.height - this.edge.top - this.edge.bottom
  }

  /** @param {number} step */
  x(step) {
    return this.edge.left + this.#innerWidth * shareOf(step, this.playback.end, this.isLog)
  }

  /** @param {number} value */
  y(value) {
    if (Number.isNaN(value)) return this.edge.top - this.height
    return this.edge.top + this.#innerHeight * depthOf(value, this.#decades)
  }

  /** @param {Curve} curve @returns {(row: number) => Point} */
  points(curve) {
    return (row) => [this.x(curve.step(row)), this.y(curve.value(row))]
  }

  /**
   * Return a curve as pixel coordinates x, y, x, y, …, without points that coincide with the one before. This runs for
   * every row of every lane in each frame of a drag, so it allocates nothing per row.
   *
   * @param {Curve} curve
   */
  #trail({ rows, step, value }) {
    const coordinates = []
    let x = NaN
    let y = NaN
    for (let row = 0; row < rows; row++) {
      const px = this.x(step(row))
      const py = this.y(value(row))
      if (Math.abs(px - x) < MERGE_DISTANCE && Math.abs(py - y) < MERGE_DISTANCE) continue
      coordinates.push(px, py)
      x = px
      y = py
    }
    return coordinates
  }

  // ---- drawing ----

  paint() {
    if (!this.width) return
    this.edge = scaledEdge(EDGE, this.appearance.unit)
    if (!this.store.isOfThisLandscape) {
      this.#clear(this.canvas)
      return
    }
    const curves = this.curves()
    const context = this.#clear(this.canvas)
    if (this.store.isMoving && this.playback.playhead >= this.playback.end) this.#paintPast(context, curves)
    else this.#paintLayers(context, curves)
    const x = this.x(this.playback.playhead)
    this.#paintPlayhead(context, x)
    this.#paintMarkers(context, curves, x)
  }

  /**
   * Paint all curves directly on the canvas: during a drag they change in every frame, so layers would not be reused.
   *
   * @param {Context} context
   * @param {Curve[]} curves
   */
  #paintPast(context, curves) {
    this.#key = ''
    this.#decades = decadesOf(curves, this.lowest, this.otherHeights())
    this.#paintAxes(context)
    this.#paintCurves(context, curves, true)
    this.#paintCurves(context, curves, false)
  }

  /**
   * Paint the faint layer, and the strong one up to the playhead. Both are repainted only when their content changes.
   *
   * @param {Context} context
   * @param {Curve[]} curves
   */
  #paintLayers(context, curves) {
    const { answer, shownKey } = this.store
    const key = [answer?.id, shownKey, this.playback.clock.key, this.appearance.theme.name, this.playback.end].join()
    if (key !== this.#key) {
      this.#key = key
      this.#decades = decadesOf(curves, this.lowest, this.otherHeights())
      const faint = this.#clear(this.#faint)
      this.#paintAxes(faint)
      this.#paintCurves(faint, curves, true)
      this.#paintCurves(this.#clear(this.#strong), curves, false)
    }
    this.#compose(context)
  }

  /** @param {HTMLCanvasElement} canvas */
  #clear(canvas) {
    const context = contextOf(canvas, this.#scale)
    context.clearRect(0, 0, this.width, this.height)
    return context
  }

  /** @param {Context} context @param {Curve[]} curves @param {boolean} isFaint */
  #paintCurves(context, curves, isFaint) {
    context.save()
    context.beginPath()
    context.rect(this.edge.left, this.edge.top - 2, this.width, this.#innerHeight + 4)
    context.clip()
    if (isFaint) this.paintBehind(context)
    context.globalAlpha = isFaint ? 0.35 : 1
    for (const curve of curves) {
      const width = isFaint ? 1 : 2.2 // a line wider than one pixel takes five times as long
      stroke(context, this.#trail(curve), { ...curve.style, width })
    }
    context.globalAlpha = 1
    this.paintBefore(context, isFaint)
    context.restore()
  }

  /** @param {Context} context */
  #paintAxes(context) {
    const { theme, unit } = this.appearance
    context.font = `${11.5 * unit}px system-ui, sans-serif`
    context.fillStyle = theme.quiet
    context.textAlign = 'right'
    context.textBaseline = 'middle'
    const { from, to } = this.#decades
    for (const exponent of exponentTicks(from, to, Math.max(2, Math.floor(this.height / TICK_DISTANCE)))) {
      const y = this.y(10 ** exponent)
      context.strokeStyle = theme.line
      context.lineWidth = 1
      context.beginPath()
      context.moveTo(this.edge.left, y)
      context.lineTo(this.width - this.edge.right, y)
      context.stroke()
      context.fillText(power(exponent), this.edge.left - 6, y)
    }
    context.textBaseline = 'alphabetic'
    context.textAlign = 'center'
    for (const step of stepTicks(Math.max(this.playback.end, 1), this.isLog)) {
      const half = context.measureText(String(step)).width / 2
      context.fillText(String(step), Math.min(this.x(step), this.width - half - 1), this.height - 6)
    }
  }

  /** @param {Context} context */
  #compose(context) {
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.#faint, 0, 0)
    const past = Math.round((this.x(this.playback.playhead) + 1) * this.#scale)
    const { height } = this.canvas
    if (past > 0) context.drawImage(this.#strong, 0, 0, past, height, 0, 0, past, height)
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0)
  }

  /** @param {Context} context @param {number} x */
  #paintPlayhead(context, x) {
    context.strokeStyle = this.appearance.theme.text
    context.lineWidth = 1.2
    context.beginPath()
    context.moveTo(x, this.edge.top)
    context.lineTo(x, this.height - this.edge.bottom)
    context.stroke()
  }

  /** @param {Context} context @param {Curve[]} curves @param {number} x */
  #paintMarkers(context, curves, x) {
    const { halo } = this.appearance.theme
    for (const curve of curves) {
      const { colour, marker: shape } = curve.style
      if (!shape) continue
      const [px, py] = this.points(curve)(curve.at(this.playback.playhead))
      if (py >= this.edge.top - 2) marker(context, [Math.min(px, x), py], { colour, marker: shape }, halo, 3.6)
    }
  }

  // ---- the pointer ----

  #listen() {
    this.box.addEventListener('pointerdown', (event) => {
      this.box.setPointerCapture(event.pointerId)
      this.#seek(event)
    })
    this.box.addEventListener(
      'pointermove',
      (event) => this.box.hasPointerCapture(event.pointerId) && this.#seek(event),
    )
    this.box.addEventListener('lostpointercapture', () => this.playback.finish())
  }

  /** @param {PointerEvent} event */
  #seek(event) {
    const [x] = placeIn(this.box, event)
    this.playback.seek(stepAt((x - this.edge.left) / this.#innerWidth, this.playback.end, this.isLog))
  }
}
