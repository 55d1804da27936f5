// The upper layer of a map: the trails, heads and names of its runners.
// The browser composites all layers in every frame, so trails and heads share one.

/** @import { Point, Runner, Theme } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { Playback } from '../playback.js' */
/** @import { Appearance } from '../theme.js' */
/** @import { Panel } from '../panel.js' */
/** @import { MapFrame } from './frame.js' */
/**
 * @typedef {object} Tip the current place of a runner
 * @property {Runner} runner
 * @property {(row: number) => Point} points
 * @property {(from: number, upTo: number) => number[]} trail
 * @property {number} row
 * @property {Point} tip
 */

/** @typedef {{ row: number, tip: Point, length: number }} Progress the painted part of a trail */

import { contextOf } from '../dom.js'
import { Plates } from '../drawing/plates.js'
import { head, stroke } from '../drawing/strokes.js'
import { lengthOf } from '../drawing/trail.js'
import { between, screenPlaces, screenTrail } from './places.js'
import { edgeCrossing } from './window.js'
import { whereabouts } from './whereabouts.js'

const MARGIN = 12 // pixels between the edge and the arrow of a runner outside the map

export class RunnersLayer {
  #canvas
  #trails = document.createElement('canvas') // grow during playback
  #frame
  #store
  #playback
  #appearance
  #panel
  #key = '' // of the content of #trails
  #trailsEnd = 0 // the playhead that they reach
  /** @type {Map<Runner, Progress>} */
  #progress = new Map()

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {MapFrame} frame
   * @param {{ store: Store, playback: Playback, appearance: Appearance, panel: Panel }} stage
   */
  constructor(canvas, frame, { store, playback, appearance, panel }) {
    this.#canvas = canvas
    this.#frame = frame
    this.#store = store
    this.#playback = playback
    this.#appearance = appearance
    this.#panel = panel
  }

  /** Adapt to another size of the canvas. */
  invalidate() {
    const { width, height } = this.#canvas
    Object.assign(this.#trails, { width, height })
    this.#key = ''
  }

  /**
   * @param {number | null} only the lane that the map shows, null for all
   * @param {boolean} hasButton whether there is a button at the top of the map
   */
  paint(only, hasButton) {
    const context = contextOf(this.#canvas, this.#frame.scale)
    context.clearRect(0, 0, this.#frame.width, this.#frame.height)
    const { answer } = this.#store
    if (!answer || !this.#store.isOfThisLandscape) return
    const tips = this.#tips(only, answer.header.origin)
    if (this.#playback.playing) this.#paintGrowing(context, tips, answer.id)
    else this.#paintAll(context, tips)
    this.#panel.paintOverlay(context, this.#frame)
    this.#paintHeads(context, tips, hasButton)
  }

  /** @param {number | null} only @param {Point} origin @returns {Tip[]} */
  #tips(only, origin) {
    const runners = this.#store.shownRunners().filter(({ track }) => only === null || track.index === only)
    return runners.map((runner) => {
      const points = screenPlaces(runner.track, runner.path, origin, this.#frame)
      /** @type {Tip['trail']} */
      const trail = (from, upTo) => screenTrail(runner.track, runner.path, origin, this.#frame, from, upTo)
      const at = this.#playback.rowAt(runner.track)
      return { runner, points, trail, row: at[0], tip: between(points, at) }
    })
  }

  /**
   * Paint only the new part of each trail during playback: trails grow on a canvas of their own, which is copied.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Tip[]} tips
   * @param {number} answer
   */
  #paintGrowing(context, tips, answer) {
    const { playhead, clock } = this.#playback
    const trails = contextOf(this.#trails, this.#frame.scale)
    const key = [answer, this.#appearance.theme.name, this.#store.shownKey, clock.key, this.#frame.key].join()
    if (this.#key === key && this.#trailsEnd <= playhead) {
      for (const tip of tips) this.#extend(trails, tip)
    } else {
      trails.clearRect(0, 0, this.#frame.width, this.#frame.height)
      this.#paintTrails(trails, tips)
    }
    this.#key = key
    this.#trailsEnd = playhead
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.#trails, 0, 0)
    contextOf(this.#canvas, this.#frame.scale)
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip[]} tips */
  #paintAll(context, tips) {
    this.#key = ''
    this.#paintTrails(context, tips)
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip[]} tips */
  #paintTrails(context, tips) {
    this.#progress.clear()
    for (const tip of tips) this.#paintWhole(context, tip)
    this.#paintFuture(context, tips)
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip} tip */
  #paintWhole(context, { runner, trail, row, tip }) {
    const coordinates = trail(0, row)
    coordinates.push(...tip)
    stroke(context, coordinates, runner.style, this.#appearance.theme.halo)
    this.#progress.set(runner, { row, tip, length: lengthOf(coordinates) })
  }

  /**
   * Paint the new part of a trail. Its dash pattern continues where it stopped.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Tip} tip
   */
  #extend(context, { runner, points, row, tip }) {
    const { style } = runner
    const { halo } = this.#appearance.theme
    const from = this.#progress.get(runner) ?? { row: 0, tip: points(0), length: 0 }
    /** @type {number[]} */
    const coordinates = [...from.tip]
    for (let r = from.row + 1; r <= row; r++) coordinates.push(...points(r))
    coordinates.push(...tip)
    const length = from.length + lengthOf(coordinates)
    if (length === from.length) return
    context.lineCap = 'butt'
    context.lineDashOffset = 0
    stroke(context, coordinates, { ...style, dash: [] }, halo)
    if (style.dash.length) {
      stroke(context, coordinates, { ...style, colour: halo, dash: [] })
      context.lineDashOffset = from.length
      stroke(context, coordinates, style)
      context.lineDashOffset = 0
    }
    this.#progress.set(runner, { row, tip, length })
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip[]} tips */
  #paintFuture(context, tips) {
    context.globalCompositeOperation = 'destination-over'
    context.globalAlpha = 0.35
    for (const { runner, trail, row, tip } of tips) {
      const { rows } = runner.track
      if (row >= rows - 1) continue
      const style = { ...runner.style, width: Math.min(runner.style.width, 1.4) }
      stroke(context, [...tip, ...trail(row + 1, rows - 1)], style)
    }
    context.globalAlpha = 1
    context.globalCompositeOperation = 'source-over'
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip[]} tips @param {boolean} hasButton */
  #paintHeads(context, tips, hasButton) {
    const plates = this.#plates(context, hasButton)
    const labels = tips.map((tip) =>
      this.#frame.contains(tip.tip) ? this.#paintHead(context, tip) : this.#paintOutside(context, tip),
    )
    for (const { place } of labels) plates.block(place, 9)
    for (const { colour, place, text } of labels) if (text) plates.place(place, text, colour)
  }

  /**
   * Create name plates that avoid the start and the buttons.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {boolean} hasButton
   */
  #plates(context, hasButton) {
    const { width, height } = this.#frame
    const { theme, unit } = this.#appearance
    const plates = new Plates(context, width, height, theme, unit)
    const [sx, sy] = this.#frame.toScreen(this.#store.race.start)
    plates.block([sx, sy], 9)
    if (!this.#store.isTouched) plates.block([sx + 45, sy - 12], 30)
    const [wide, high] = [124 * unit, 50 * unit]
    plates.reserve(width - wide, 0, wide, high) // the buttons for map and 3D
    if (hasButton) plates.reserve((width - wide) / 2, 0, wide, high)
    return plates
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip} tip */
  #paintHead(context, { runner, tip }) {
    head(context, tip, runner.style, this.#appearance.theme.halo)
    return { colour: runner.style.colour, place: tip, text: runner.name }
  }

  /**
   * Paint a runner outside the map as an arrow at the edge where it left.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Tip} tip
   */
  #paintOutside(context, { runner, points, row, tip }) {
    const { width, height } = this.#frame
    const { colour } = runner.style
    const exit = this.#exitOf(points, row)
    const { place, angle } = edgeCrossing(exit.from, exit.row < 0 ? tip : exit.to, width, height, MARGIN)
    paintArrow(context, place, angle, colour, this.#appearance.theme)
    const sources = { store: this.#store, playback: this.#playback, panel: this.#panel }
    return { colour, place, text: runner.name && whereabouts(sources, runner, exit.row) }
  }

  /**
   * Return the last step that began inside the map; row -1 if none did.
   *
   * @param {(row: number) => Point} points
   * @param {number} row
   * @returns {{ row: number, from: Point, to: Point }}
   */
  #exitOf(points, row) {
    for (let r = row; r > 0; r--) {
      const from = points(r - 1)
      if (this.#frame.contains(from)) return { row: r, from, to: points(r) }
    }
    return { row: -1, from: [this.#frame.width / 2, this.#frame.height / 2], to: points(row) }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point} place
 * @param {number} angle
 * @param {string} colour
 * @param {Theme} theme
 */
function paintArrow(context, [x, y], angle, colour, { halo }) {
  context.save()
  context.translate(x, y)
  context.rotate(angle)
  context.beginPath()
  context.moveTo(11, 0)
  context.lineTo(-7, -8)
  context.lineTo(-3, 0)
  context.lineTo(-7, 8)
  context.closePath()
  context.strokeStyle = halo
  context.lineWidth = 3
  context.stroke()
  context.fillStyle = colour
  context.fill()
  context.restore()
}
