// The upper layer of a map: the trails of its runners, and their heads with their names.
// The browser puts all layers together in every frame: one layer costs less than one for trails and one for heads.

/** @import { Point, Runner, Theme } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { Playback } from '../playback.js' */
/** @import { Appearance } from '../theme.js' */
/** @import { Panel } from '../panel.js' */
/** @import { MapFrame } from './frame.js' */
/**
 * @typedef {object} Tip where a runner stands
 * @property {Runner} runner
 * @property {(row: number) => Point} points
 * @property {(from: number, upTo: number) => number[]} trail
 * @property {number} row
 * @property {Point} tip
 */

/** @typedef {{ row: number, tip: Point, length: number }} Painted how far a trail is painted */

import { contextOf } from '../dom.js'
import { Plates } from '../drawing/plates.js'
import { head, stroke } from '../drawing/strokes.js'
import { lengthOf } from '../drawing/trail.js'
import { between, screenPlaces, screenTrail } from './places.js'
import { edgeCrossing } from './window.js'
import { whereabouts } from './whereabouts.js'

const MARGIN = 12 // pixels between the edge and the arrow of a runner outside

export class RunnersLayer {
  #canvas
  #played = document.createElement('canvas') // trails, which grow while a race plays
  #frame
  #store
  #playback
  #appearance
  #panel
  #key = '' // of what is played
  #playedUpTo = 0
  /** @type {Map<Runner, Painted>} */
  #painted = new Map()

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

  /** The canvas has another size. */
  invalidate() {
    const { width, height } = this.#canvas
    Object.assign(this.#played, { width, height })
    this.#key = ''
  }

  /**
   * @param {number | null} only the lane that the map is about, null for all
   * @param {boolean} hasButton whether there is a button at the top of the map
   */
  paint(only, hasButton) {
    const context = contextOf(this.#canvas, this.#frame.scale)
    context.clearRect(0, 0, this.#frame.width, this.#frame.height)
    const { answer } = this.#store
    if (!answer || !this.#store.isOfThisLandscape) return
    const tips = this.#tips(only, answer.header.origin)
    if (this.#playback.playing) this.#paintPlayed(context, tips, answer.id)
    else this.#paintAnew(context, tips)
    this.#panel.paintOverlay(context, this.#frame)
    this.#paintHeads(context, tips, hasButton)
  }

  /** @param {number | null} only @param {Point} origin @returns {Tip[]} */
  #tips(only, origin) {
    const shown = this.#store.shownRunners().filter(({ track }) => only === null || track.index === only)
    return shown.map((runner) => {
      const points = screenPlaces(runner.track, runner.path, origin, this.#frame)
      /** @type {Tip['trail']} */
      const trail = (from, upTo) => screenTrail(runner.track, runner.path, origin, this.#frame, from, upTo)
      const at = this.#playback.rowAt(runner.track)
      return { runner, points, trail, row: at[0], tip: between(points, at) }
    })
  }

  /**
   * While a race plays, only what is new of the trails is painted; the canvas that they grow on is copied.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Tip[]} tips
   * @param {number} answer
   */
  #paintPlayed(context, tips, answer) {
    const { playhead, clock } = this.#playback
    const played = contextOf(this.#played, this.#frame.scale)
    const key = [answer, this.#appearance.theme.name, this.#store.shownKey, clock.key, this.#frame.key].join()
    if (this.#key === key && this.#playedUpTo <= playhead) {
      for (const tip of tips) this.#extend(played, tip)
    } else {
      played.clearRect(0, 0, this.#frame.width, this.#frame.height)
      this.#paintTrails(played, tips)
    }
    this.#key = key
    this.#playedUpTo = playhead
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.#played, 0, 0)
    contextOf(this.#canvas, this.#frame.scale)
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip[]} tips */
  #paintAnew(context, tips) {
    this.#key = ''
    this.#paintTrails(context, tips)
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip[]} tips */
  #paintTrails(context, tips) {
    this.#painted.clear()
    for (const tip of tips) this.#paintWhole(context, tip)
    this.#paintFuture(context, tips)
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip} tip */
  #paintWhole(context, { runner, trail, row, tip }) {
    const kept = trail(0, row)
    kept.push(...tip)
    stroke(context, kept, runner.style, this.#appearance.theme.halo)
    this.#painted.set(runner, { row, tip, length: lengthOf(kept) })
  }

  /**
   * Paints what is new; the dash goes on where it stopped.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Tip} tip
   */
  #extend(context, { runner, points, row, tip }) {
    const { style } = runner
    const { halo } = this.#appearance.theme
    const from = this.#painted.get(runner) ?? { row: 0, tip: points(0), length: 0 }
    /** @type {number[]} */
    const kept = [...from.tip]
    for (let r = from.row + 1; r <= row; r++) kept.push(...points(r))
    kept.push(...tip)
    const length = from.length + lengthOf(kept)
    if (length === from.length) return
    context.lineCap = 'butt'
    context.lineDashOffset = 0
    stroke(context, kept, { ...style, dash: [] }, halo)
    if (style.dash.length) {
      stroke(context, kept, { ...style, colour: halo, dash: [] })
      context.lineDashOffset = from.length
      stroke(context, kept, style)
      context.lineDashOffset = 0
    }
    this.#painted.set(runner, { row, tip, length })
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
    const named = tips.map((tip) =>
      this.#frame.contains(tip.tip) ? this.#paintHead(context, tip) : this.#paintLeft(context, tip),
    )
    for (const { place } of named) plates.block(place, 9)
    for (const { colour, place, text } of named) if (text) plates.place(place, text, colour)
  }

  /**
   * Name plates, kept off the start and the buttons.
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
    plates.keep(width - wide, 0, wide, high) // the switch between map and 3D
    if (hasButton) plates.keep((width - wide) / 2, 0, wide, high)
    return plates
  }

  /** @param {CanvasRenderingContext2D} context @param {Tip} tip */
  #paintHead(context, { runner, tip }) {
    head(context, tip, runner.style, this.#appearance.theme.halo)
    return { colour: runner.style.colour, place: tip, text: runner.name }
  }

  /**
   * A runner outside the map: an arrow on the edge where it left.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Tip} tip
   */
  #paintLeft(context, { runner, points, row, tip }) {
    const { width, height } = this.#frame
    const { colour } = runner.style
    const left = this.#leaving(points, row)
    const { place, angle } = edgeCrossing(left.from, left.row < 0 ? tip : left.to, width, height, MARGIN)
    paintArrow(context, place, angle, colour, this.#appearance.theme)
    const sources = { store: this.#store, playback: this.#playback, panel: this.#panel }
    return { colour, place, text: runner.name && whereabouts(sources, runner, left.row) }
  }

  /**
   * The last step inside the map, and where it led.
   *
   * @param {(row: number) => Point} points
   * @param {number} row
   * @returns {{ row: number, from: Point, to: Point }}
   */
  #leaving(points, row) {
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
