// What clipping does: the gradient before it and after it, over the steps and at the playhead.

/** @import { Curve, Header, Point, StandingNumbers, Style, Track } from '../stage/types.js' */
/** @import { MapFrame } from '../stage/map/frame.js' */
/** @import { Context } from '../stage/panel.js' */
/** @import { Arrays } from '../stage/answer.js' */
/** @import { Sources } from '../stage/charts/chart.js' */
/** @typedef {Track & { style: Style }} Styled */

import { COLUMNS } from '../stage/answer.js'
import { Chart, trackCurve } from '../stage/charts/chart.js'
import { arrow, haloed } from '../stage/drawing/strokes.js'
import { fill, short } from '../stage/format.js'
import { between, planePlaces, screenPlaces } from '../stage/map/places.js'
import { CasePanel } from '../stage/panel.js'

const LENGTH = 40 // pixels of an arrow as long as the threshold; ten times as long is twice as long

class NormChart extends Chart {
  #panel

  /** @param {Sources & Pick<ClippingPanel, 'vectorsAt' | 'countsOf'>} panel */
  constructor(panel) {
    super(panel)
    this.#panel = panel
  }

  /** @override */
  label() {
    const { words } = this.store.catalogue
    this.title.textContent = words.normsTitle
    this.canvas.setAttribute('aria-label', words.normsTitle)
  }

  /** @override */
  curves() {
    return this.store.shownTracks().map((track) => this.#norms(track))
  }

  /** @param {Styled} track @returns {Curve} */
  #norms(track) {
    return trackCurve(this.playback, track, track.style, (row) => {
      const [x, y] = this.#panel.vectorsAt(track, row)
      return Math.hypot(x, y)
    })
  }

  get thresholds() {
    const clips = this.store.race.lanes.map((lane) => lane.clip).filter((clip) => clip !== null)
    return [...new Set(clips.map((clip) => clip.values.threshold))]
  }

  /** @override */
  otherHeights() {
    return this.thresholds
  }

  /** @override @param {Context} context @param {boolean} isFaint */
  paintBefore(context, isFaint) {
    if (isFaint) for (const threshold of this.thresholds) this.#paintThreshold(context, threshold)
    context.globalAlpha = isFaint ? 0.35 : 1
    for (const track of this.store.shownTracks()) this.#paintTouched(context, track)
    context.globalAlpha = 1
  }

  /** @param {Context} context @param {number} threshold */
  #paintThreshold(context, threshold) {
    const { theme, unit } = this.appearance
    const y = this.y(threshold)
    context.strokeStyle = theme.accent
    context.lineWidth = 1.6
    context.setLineDash([6, 4])
    context.beginPath()
    context.moveTo(this.edge.left, y)
    context.lineTo(this.width, y)
    context.stroke()
    context.setLineDash([])
    context.font = `600 ${11.5 * unit}px system-ui, sans-serif`
    context.textAlign = 'right'
    context.textBaseline = 'bottom'
    const text = `${this.store.catalogue.words.threshold} ${short(threshold)}`
    haloed(context, text, this.width - this.edge.right, y - 2, theme)
  }

  /**
   * A dot on every step that was clipped.
   *
   * @param {Context} context
   * @param {Styled} track
   */
  #paintTouched(context, track) {
    const counts = this.#panel.countsOf(track)
    const points = this.points(this.#norms(track))
    context.fillStyle = track.style.colour
    for (let row = 0; row + 1 < track.rows; row++) {
      if (counts[row + 1] === counts[row]) continue
      context.beginPath()
      context.arc(...points(row), 2.4, 0, 2 * Math.PI)
      context.fill()
    }
  }
}

export default class ClippingPanel extends CasePanel {
  /** @type {number[][]} */
  #counts = []
  /** @type {Float32Array[]} */
  #vectors = []

  /** @override Rows are twice as long. */
  get rowShare() {
    return 1 / 2
  }

  /** @override */
  createChart() {
    return new NormChart(this)
  }

  /** @override */
  query() {
    return { clipping: true }
  }

  /**
   * @override
   * @param {Header & { clipping: number[][] }} header
   * @param {Arrays} arrays
   */
  receive({ clipping }, arrays) {
    this.#counts = clipping
    this.#vectors = clipping.map((_, i) => arrays.get(`clipping ${i}`))
  }

  /**
   * How many of the first steps clipping touched, up to every row.
   *
   * @param {Track} track
   */
  countsOf({ index }) {
    return this.#counts[index]
  }

  /**
   * What clipping was given in a row, and what it made of it.
   *
   * @param {Track} track
   * @param {number} row
   */
  vectorsAt({ index }, row) {
    return this.#vectors[index].subarray(row * COLUMNS, (row + 1) * COLUMNS)
  }

  /** @override @returns {[title: string, help?: string][]} */
  columns() {
    const { words } = this.store.catalogue
    return [[words.loss], [words.clipped, words.clippedLabel], [words.angle, words.angleLabel]]
  }

  /**
   * @override
   * @param {Track} track
   * @param {number} row
   * @param {StandingNumbers} numbers
   * @returns {[string, string, string]}
   */
  cells(track, row, numbers) {
    const count = this.countsOf(track)[row]
    const taken = Math.min(row * track.every, track.steps)
    const share = taken ? ` (${Math.round((100 * count) / taken)}%)` : ''
    const angle = this.#angle(track, row)
    return [short(numbers.loss), `${count}${share}`, Number.isNaN(angle) ? '' : `${Math.round(angle)}°`]
  }

  /**
   * Degrees between what clipping was given and what it made of it.
   *
   * @param {Track} track
   * @param {number} row
   */
  #angle(track, row) {
    const [rx, ry, cx, cy] = this.vectorsAt(track, row)
    return (Math.abs(Math.atan2(rx * cy - ry * cx, rx * cx + ry * cy)) * 180) / Math.PI
  }

  /**
   * Which way each runner is sent at the playhead: by the whole gradient, thin, and by what is left of it.
   *
   * @override
   * @param {Context} context
   * @param {MapFrame} frame
   */
  paintOverlay(context, frame) {
    const { answer } = this.store
    if (!answer) return
    for (const track of this.store.shownTracks()) {
      const at = this.playback.rowAt(track)
      const tip = between(screenPlaces(track, track.path, answer.header.origin, frame), at)
      this.#paintArrows(context, track, tip, at[0])
    }
  }

  /** @param {Context} context @param {Styled} track @param {Point} tip @param {number} row */
  #paintArrows(context, track, tip, row) {
    const { clip } = this.store.race.lanes[track.index]
    const [rx, ry, cx, cy] = this.vectorsAt(track, row)
    // A clipped step goes along the vector, a gradient's step against it.
    const sign = clip?.values.applied ? 1 : -1
    if (clip) this.#paintArrow(context, track, tip, [sign * rx, sign * ry], 1.4)
    this.#paintArrow(context, track, tip, [sign * cx, sign * cy], 3.2)
  }

  /** @param {Context} context @param {Styled} track @param {Point} tip @param {Point} vector @param {number} width */
  #paintArrow(context, { style }, tip, [x, y], width) {
    const size = Math.hypot(x, y)
    if (!(size > 0) || !Number.isFinite(size)) return
    const { theme, unit } = this.appearance
    const threshold = this.#threshold || 1
    const length = (LENGTH * unit * Math.log10(1 + (9 * size) / threshold)) / size
    arrow(context, tip, [tip[0] + x * length, tip[1] - y * length], style.colour, theme.halo, width)
  }

  get #threshold() {
    return this.store.race.lanes.find((lane) => lane.clip)?.clip?.values.threshold
  }

  /**
   * @override
   * @param {Track} track
   * @param {number} row
   */
  placeText(track, row) {
    const { answer, catalogue } = this.store
    const [x, y] = planePlaces(track, track.path, answer?.header.origin ?? [0, 0])(row)
    return fill(catalogue.words.landed, { x: short(x), y: short(y) })
  }
}
