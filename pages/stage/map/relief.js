// The lowest layer of a map: relief, isolines, axes, and the landmarks of the landscape.

/** @import { Header, MapWindow, Point, Surface, Theme } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { Appearance } from '../theme.js' */
/** @import { Panel } from '../panel.js' */
/** @import { MapFrame } from './frame.js' */

import { contextOf, pictureOf } from '../dom.js'
import { crossing, flag, haloed } from '../drawing/strokes.js'
import { ticks } from '../format.js'
import { isolines } from './isolines.js'
import { reliefPixels } from './levels.js'
import { boxOf, toScreen } from './window.js'

const RADIUS = 10 // pixels of the rounded corners, as in the style of a card

/**
 * Return the number of decimals that ticks at a distance need.
 *
 * @param {number} step
 */
const decimals = (step) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))

/** @param {number} value @param {number} step */
const tickText = (value, step) => value.toFixed(decimals(step)).replace('-', '−')

/**
 * Draw an image over a box of the plane. Its pixels are centred on grid points, so it extends the box by half a cell.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {OffscreenCanvas} image
 * @param {[x0: number, x1: number, y0: number, y1: number]} box
 * @param {MapWindow} window
 */
export function drawGrid(context, image, box, window) {
  const [left, top] = toScreen(box[0], box[3], window)
  const [right, bottom] = toScreen(box[1], box[2], window)
  const [cw, ch] = [(right - left) / (image.width - 1), (bottom - top) / (image.height - 1)]
  context.drawImage(image, left - cw / 2, top - ch / 2, cw * image.width, ch * image.height)
  return { left, bottom, cw, ch }
}

export class ReliefLayer {
  #canvas
  #frame
  #store
  #appearance
  #panel
  /** @type {Surface | null} */
  #surface = null // on the canvas
  #isSharp = false // whether it was painted with smoothing of high quality, which is slow
  #key = ''
  /** @type {{ surface: Surface, theme: string, image: OffscreenCanvas, lines: Path2D } | null} */
  #picture = null

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {MapFrame} frame
   * @param {{ store: Store, appearance: Appearance, panel: Panel }} stage
   */
  constructor(canvas, frame, { store, appearance, panel }) {
    this.#canvas = canvas
    this.#frame = frame
    this.#store = store
    this.#appearance = appearance
    this.#panel = panel
  }

  /** Record that the canvas was cleared. */
  invalidate() {
    this.#key = ''
  }

  /**
   * Paint a surface, if it belongs to this landscape and is not painted yet.
   *
   * @param {Surface | null} received
   * @param {number | null} only the lane that the map shows, null for all
   */
  paint(received, only) {
    const { theme } = this.#appearance
    const header = this.#store.answer?.header
    const surface = received?.landscape === this.#store.race.landscape ? received : null
    const key = [theme.name, this.#frame.key, header?.minima, header?.saddles, this.#panel.reliefKey].join()
    const isSharp = surface !== null && this.#isAtRest(surface)
    if (surface === this.#surface && key === this.#key && this.#isSharp >= isSharp) return
    this.#surface = surface
    this.#isSharp = isSharp
    this.#key = key
    const context = contextOf(this.#canvas, this.#frame.scale, false)
    context.fillStyle = theme.plate
    context.fillRect(0, 0, this.#frame.width, this.#frame.height)
    if (surface) this.#paintSurface(context, surface, theme, only)
    this.#paintCorners(context, theme)
  }

  /**
   * Return whether a surface is final: no drag is going on, and it covers exactly the window.
   *
   * @param {Surface} surface
   */
  #isAtRest({ window }) {
    return !this.#store.isMoving && boxOf(this.#frame.window).every((side, i) => side === window[i])
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Surface} surface
   * @param {Theme} theme
   * @param {number | null} only
   */
  #paintSurface(context, surface, theme, only) {
    const { window } = this.#frame
    const { image, lines } = this.#pictureOf(surface, theme)
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = this.#isSharp ? 'high' : 'low' // "low" is eight times as fast
    const { left, bottom, cw, ch } = drawGrid(context, image, surface.window, window)
    this.#panel.paintRelief(context, this.#frame, only)
    context.save()
    context.translate(left, bottom)
    context.scale(cw, -ch)
    context.strokeStyle = theme.isoline
    context.lineWidth = 0.8 / Math.max(Math.abs(cw), 1e-9)
    context.stroke(lines)
    context.restore()
    this.#paintAxes(context, window)
    if (this.#store.answer) this.#paintLandmarks(context, this.#store.answer.header)
  }

  /**
   * Paint rounded corners. A CSS style would make the browser clip all layers of the map in every frame.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Theme} theme
   */
  #paintCorners(context, { background, edge }) {
    const { width, height } = this.#frame
    const radius = RADIUS * this.#appearance.unit
    context.beginPath()
    context.rect(0, 0, width, height)
    context.roundRect(0, 0, width, height, radius - 1)
    context.fillStyle = background
    context.fill('evenodd')
    context.beginPath()
    context.roundRect(-0.5, -0.5, width + 1, height + 1, radius - 0.5)
    context.strokeStyle = edge
    context.lineWidth = 1
    context.stroke()
  }

  /** @param {Surface} surface @param {Theme} theme */
  #pictureOf(surface, theme) {
    const last = this.#picture
    if (last?.surface === surface && last.theme === theme.name) return last
    const { level, columns, rows } = surface
    const image = pictureOf(new ImageData(reliefPixels(level, columns, rows, theme.relief, theme.dark), columns, rows))
    const lines = last?.surface === surface ? last.lines : isolines(level, columns, rows)
    return (this.#picture = { surface, theme: theme.name, image, lines })
  }

  /** @param {CanvasRenderingContext2D} context @param {MapWindow} window */
  #paintAxes(context, { x0, x1, y0, y1, unit }) {
    const { theme, unit: size } = this.#appearance
    const { width, height } = this.#frame
    context.font = `${12 * size}px system-ui, sans-serif`
    const count = Math.max(3, Math.round(width / (130 * size)))
    context.textAlign = 'center'
    context.textBaseline = 'alphabetic'
    const across = ticks(x0, x1, count)
    for (const x of across.list) {
      const px = (x - x0) / unit
      if (px > 34 * size && px < width - 12) haloed(context, tickText(x, across.step), px, height - 7, theme)
    }
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    const up = ticks(y0, y1, count)
    for (const y of up.list) {
      const py = (y1 - y) / unit
      if (py > 12 && py < height - 24) haloed(context, tickText(y, up.step), 7, py, theme)
    }
  }

  /**
   * Paint minima as flags and saddles as crosses.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Header} header
   */
  #paintLandmarks(context, { minima, saddles, attained }) {
    const { theme } = this.#appearance
    /** @param {Point} point */
    const place = (point) => this.#frame.toScreen(point)
    for (const saddle of saddles) crossing(context, place(saddle), theme)
    for (const [i, minimum] of minima.entries()) flag(context, place(minimum), theme, i === 0 && attained)
  }
}
