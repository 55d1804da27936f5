// Polyak averaging: the last iterate and its averages, in one run or over many seeds at once.

/** @import { Curve, Header, Line, Runner, Style, Track } from '../stage/types.js' */
/** @import { Arrays } from '../stage/answer.js' */
/** @import { MapFrame } from '../stage/map/frame.js' */
/** @import { Context } from '../stage/panel.js' */

/**
 * @typedef {object} SeedsHeader what an answer says of the runs of many seeds
 * @property {number} count
 * @property {number} fan how many of their paths are shown
 * @property {number[]} steps that are kept
 * @property {'exact' | 'near' | 'none'} theory
 * @property {number | null} constant of what the average tends to
 * @property {number} lost runs that diverged
 */

/**
 * @typedef {object} Block what an answer has of a lane's paths, or of its averages, over the seeds
 * @property {Float32Array} fan paths, x and y
 * @property {Float32Array} band
 * @property {Float32Array} spread
 * @property {Float32Array | null} predicted the spread that theory predicts
 * @property {Float32Array} ends where all runs ended, x and y
 */

/** @typedef {Record<Runner['kind'], Block | null>} LaneBlocks */
/** @typedef {{ header: SeedsHeader, isMany: boolean, blocks: LaneBlocks[] }} Seeds */
/** @typedef {Block & { runner: Runner }} ShownBlock */

import { COLUMNS } from '../stage/answer.js'
import { contextOf, element, write } from '../stage/dom.js'
import { outline, stroke, swatch } from '../stage/drawing/strokes.js'
import { trail } from '../stage/drawing/trail.js'
import { fill, short } from '../stage/format.js'
import { CasePanel } from '../stage/panel.js'
import { toScreen } from '../stage/map/window.js'
import { BAND, ExcessChart, MEAN } from './excess.js'
import { SPREAD, halfAxes } from './spread.js'

const LOSS = 2 // column of a path
const DEVIATIONS = 2 // of the ellipses
const WIDEST = 1e5 // pixels of an ellipse
const FAN = { moving: 12, still: 64 } // paths
const POINTS = { moving: 40, still: 128 } // steps that are kept
const MOVING = 64 // seeds at most, while a finger moves: the rest follows when it is lifted
const ROW = 'slalom-row slalom-spread'

/** @param {ArrayLike<number> | null} spread */
function sizeText(spread) {
  if (!spread || !Number.isFinite(spread[2])) return '–'
  const [long, wide] = halfAxes(spread)
  return `${short(long, 2)} × ${short(wide, 2)}`
}

/** @param {Float32Array} spread @param {number} row */
const spreadAt = (spread, row) => spread.subarray(row * SPREAD, (row + 1) * SPREAD)

/**
 * The arrays of a lane's path or of its average, if it has them.
 *
 * @param {Arrays} arrays
 * @param {string} name
 * @returns {Block | null}
 */
function readBlock(arrays, name) {
  const fan = arrays.find(`fan ${name}`)
  const predicted = arrays.find(`theory ${name}`)
  const [band, spread, ends] = ['band', 'spread', 'ends'].map((what) => arrays.find(`${what} ${name}`))
  return fan && band && spread && ends ? { fan, band, spread, predicted, ends } : null
}

export default class AveragingPanel extends CasePanel {
  /** @override */
  firstStyle = 1 // the first is as grey as the path that all of them take
  /** @type {Seeds | null} */
  seeds = null
  #head = element('div', { class: `${ROW} slalom-head` })
  #list = element('ul', { class: 'slalom-rows' })
  #note = element('p', { class: 'slalom-quiet' })
  #card = element('section', { class: 'slalom-card slalom-board' }, this.#head, this.#list, this.#note)
  #layer = element('canvas') // the fan, which stays while the playhead moves
  #layerKey = ''
  #key = '' // of the list

  /** @override */
  createChart() {
    return new ExcessChart(this)
  }

  /** @override */
  cards() {
    return [this.chart.element, this.#card]
  }

  // ---- the answer ----

  /** @override Of single runs the fewer rows, the more of the answer is about many. */
  get rowShare() {
    return this.store.view.seeds > 1 ? 1 / 8 : 1
  }

  /** @override @param {boolean} isMoving */
  query(isMoving) {
    const pace = isMoving ? 'moving' : 'still'
    const { seeds } = this.store.view
    return { seeds: { count: isMoving ? Math.min(seeds, MOVING) : seeds, fan: FAN[pace], points: POINTS[pace] } }
  }

  /**
   * @override
   * @param {Header & { seeds: SeedsHeader }} header
   * @param {Arrays} arrays
   */
  receive({ lanes, seeds }, arrays) {
    const blocks = lanes.map((_, i) => ({
      path: readBlock(arrays, `path ${i}`),
      average: readBlock(arrays, `average ${i}`),
    }))
    this.seeds = { header: seeds, isMany: seeds.count > 1, blocks }
  }

  /** The runners that are shown and what came of them over the seeds. @returns {ShownBlock[]} */
  shownBlocks() {
    return this.store.shownRunners().flatMap((runner) => {
      const block = this.seeds?.blocks[runner.track.index]?.[runner.kind]
      return block ? [{ ...block, runner }] : []
    })
  }

  /**
   * A column of a band.
   *
   * @param {Runner} runner
   * @param {Float32Array} band
   * @param {number} column
   * @returns {Curve}
   */
  line(runner, band, column) {
    const steps = this.seeds?.header.steps ?? []
    return {
      rows: steps.length,
      style: { ...runner.style, dash: [] },
      step: (row) => steps[row],
      value: (row) => band[row * BAND + column],
      at: () => this.#row,
    }
  }

  /** The last of the rows over the seeds that the playhead has reached. */
  get #row() {
    const steps = this.seeds?.header.steps ?? []
    const next = steps.findIndex((step) => step > this.playback.playhead)
    return next < 0 ? steps.length - 1 : Math.max(next - 1, 0)
  }

  // ---- the runners ----

  /**
   * One path of those that are the same, and every lane's average.
   *
   * @override
   * @param {Track[]} tracks
   * @returns {Runner[]}
   */
  runners(tracks) {
    const paths = tracks.filter((track, i) => tracks.findIndex((other) => this.#isAlike(other, track)) === i)
    return [...paths.map((track) => this.#pathOf(track)), ...tracks.flatMap((track) => this.#averageOf(track))]
  }

  /** @param {Track} track @returns {Runner} */
  #pathOf(track) {
    const { theme } = this.appearance
    /** @type {Style} */
    const quiet = { colour: theme.quiet, dash: [], marker: 'circle', width: 1.1 }
    const style = this.#hasSeveral && track.style ? { ...track.style, width: quiet.width } : quiet
    return { track, path: track.path, style, name: track.nameWithout, kind: 'path' }
  }

  /** @param {Track} track @returns {Runner[]} */
  #averageOf(track) {
    const { average, style, name } = track
    return average && style ? [{ track, path: average, style: { ...style, width: 3 }, name, kind: 'average' }] : []
  }

  /** @param {Track} a @param {Track} b */
  #isAlike(a, b) {
    const [one, other] = [a, b].map(({ index }) => {
      const { optimizer, values, schedule, clip } = this.store.race.lanes[index]
      return JSON.stringify([optimizer, values, schedule, clip])
    })
    return one === other
  }

  /** Whether there is more to tell apart than averages. */
  get #hasSeveral() {
    return new Set(this.store.race.lanes.map(({ optimizer }) => optimizer)).size > 1
  }

  // ---- the map: the fan of paths, where the seeds' runs end, and the ellipses at the playhead ----

  /**
   * @override
   * @param {Context} context
   * @param {MapFrame} frame
   */
  paintOverlay(context, frame) {
    if (!this.seeds || !this.store.isInStep) return
    const { isMany } = this.seeds
    if (isMany) this.#paintFan(context, frame)
    const row = this.#row
    for (const { runner, spread, predicted } of this.shownBlocks()) {
      const { colour } = runner.style
      if (isMany) this.#paintEllipse(context, frame, spreadAt(spread, row), { colour, dash: [], width: 2.4 })
      if (predicted) this.#paintEllipse(context, frame, spreadAt(predicted, row), { colour, dash: [3, 3], width: 1.6 })
    }
  }

  /** @param {Context} context @param {MapFrame} frame */
  #paintFan(context, frame) {
    const { answer, shownKey } = this.store
    const key = [answer?.id, this.appearance.theme.name, shownKey, frame.key].join()
    if (key !== this.#layerKey) {
      this.#layerKey = key
      this.#layer.width = Math.round(frame.width * frame.scale)
      this.#layer.height = Math.round(frame.height * frame.scale)
      const faint = contextOf(this.#layer, frame.scale)
      for (const block of this.shownBlocks()) this.#paintPaths(faint, frame, block)
    }
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.#layer, 0, 0)
    context.restore()
  }

  /** @param {Context} context @param {MapFrame} frame @param {ShownBlock} block */
  #paintPaths(context, { window }, { runner, fan, ends }) {
    const { header } = /** @type {Seeds} */ (this.seeds)
    const [ox, oy] = this.store.answer?.header.origin ?? [0, 0]
    const rows = header.steps.length
    const isPath = runner.kind === 'path'
    const style = { ...runner.style, dash: [], width: 1 }
    /** @param {Float32Array} points @param {number} i */
    const place = (points, i) => toScreen(points[2 * i] + ox, points[2 * i + 1] + oy, window)
    context.globalAlpha = isPath ? 0.22 : 0.3
    for (let i = 0; i < header.fan; i++) {
      stroke(
        context,
        trail((row) => place(fan, i * rows + row), rows - 1),
        style,
      )
    }
    context.globalAlpha = isPath ? 0.45 : 0.7
    context.fillStyle = style.colour
    for (let i = 0; i < header.count; i++) {
      const [x, y] = place(ends, i)
      context.fillRect(x - 1, y - 1, 2, 2)
    }
    context.globalAlpha = 1
  }

  /** @param {Context} context @param {MapFrame} frame @param {Float32Array} spread @param {Line} style */
  #paintEllipse(context, { window }, spread, style) {
    const [long, wide, angle] = halfAxes(spread)
    if (!Number.isFinite(long) || !(long > 0)) return
    const [ox, oy] = this.store.answer?.header.origin ?? [0, 0]
    const [x, y] = toScreen(spread[0] + ox, spread[1] + oy, window)
    /** @param {number} half */
    const size = (half) => Math.min((DEVIATIONS * half) / window.unit, WIDEST)
    context.beginPath()
    context.ellipse(x, y, size(long), size(wide), -angle, 0, 2 * Math.PI)
    outline(context, style, this.appearance.theme.halo, 2)
  }

  // ---- the card: the excess loss, and the spread over the seeds beside what theory says of a quadratic ----

  /** @override */
  label() {
    const { words } = this.store.catalogue
    this.#head.replaceChildren(
      element('span'),
      element('span', { textContent: words.excessShort, title: words.excessLabel }),
      element('span', { textContent: words.spread, title: words.spreadLabel }),
      element('span', { textContent: words.theory, title: words.theoryLabel }),
    )
  }

  /** @override */
  paint() {
    const { seeds, store } = this
    if (!seeds || !store.isInStep) return
    const rows = this.#rows(seeds)
    const note = this.#noteText(seeds)
    write(this.#note, note)
    this.#note.hidden = !note
    const key = JSON.stringify([rows.map(({ runner }) => runner.name), this.appearance.theme.name])
    if (key !== this.#key) {
      this.#key = key
      this.#list.replaceChildren(...rows.map(({ runner, cells }) => this.#rowOf(runner, cells)))
    }
    for (const [i, { cells }] of rows.entries()) {
      for (const [j, text] of cells.entries()) write(this.#list.children[i].children[j + 1], text)
    }
  }

  /** @param {Seeds} seeds */
  #rows({ isMany }) {
    const row = this.#row
    return this.shownBlocks().map(({ runner, band, spread, predicted }) => {
      const [single] = this.playback.rowAt(runner.track)
      const excess = isMany ? band[row * BAND + MEAN] : runner.path[single * COLUMNS + LOSS]
      const measured = isMany ? spreadAt(spread, row) : null
      return { runner, cells: [short(excess), sizeText(measured), sizeText(predicted && spreadAt(predicted, row))] }
    })
  }

  /** @param {Seeds} seeds */
  #noteText({ header: { theory, lost }, isMany }) {
    const { words } = this.store.catalogue
    const about = { exact: '', near: words.theoryNear, none: words.theoryNone }[theory]
    const gone = isMany && lost && !this.store.isMoving ? fill(words.seedsLost, { count: lost }) : ''
    return [about, gone].filter(Boolean).join(' ')
  }

  /** @param {Runner} runner @param {string[]} cells */
  #rowOf({ style, name }, cells) {
    const text = element('span', { textContent: name })
    const named = element('span', { class: 'slalom-named' }, swatch(style, this.appearance.theme.halo), text)
    const numbers = cells.map((textContent) => element('span', { class: 'slalom-number', textContent }))
    return element('li', { class: ROW }, named, ...numbers)
  }
}
