// Basins: from every start on the map, where a runner ends (its hue) and how soon (its strength).
// A coarse picture comes at once; while nothing moves it is refined strip by strip.

/** @import { Box, Header, Point, Query } from '../stage/types.js' */
/** @import { Arrays } from '../stage/answer.js' */
/** @import { Board } from '../stage/board.js' */
/** @import { MapFrame } from '../stage/map/frame.js' */
/** @import { Context } from '../stage/panel.js' */
/** @import { Codes } from './ends.js' */
/** @typedef {{ window: Box, about: string, columns: number, rows: number, from?: number, to?: number }} BasinsQuery */
/** @typedef {{ columns: number, rows: number, from: number, to: number, lanes: number, codes: Codes }} BasinsHeader */
/** @typedef {{ from: number, to: number, ends: Uint8Array, steps: Uint8Array }} Strip */
/** @typedef {Pick<Header, 'minima' | 'saddles'> & { codes: Codes }} Legend what ends mean */

/**
 * @typedef {object} Layer a picture, as far as it has come
 * @property {number} columns
 * @property {number} rows
 * @property {Box} window
 * @property {Codes} codes of ends
 * @property {Strip[]} strips
 * @property {number} painted how many of them
 * @property {{ theme: string, canvas: OffscreenCanvas } | null} image
 */

import { element } from '../stage/dom.js'
import { fill } from '../stage/format.js'
import { drawGrid } from '../stage/map/relief.js'
import { boxOf } from '../stage/map/window.js'
import { CasePanel } from '../stage/panel.js'
import { endColour, endText, hueTable, isMinimum, sharesOf, stripPixels } from './ends.js'

const MAPS = 2 // one for each of the first runners
const CELL = { moving: 10, still: 7 } // pixels of a coarse cell
const FINE = 512 // columns and rows at rest
const STRIP = 16 // rows of one answer
const WAIT = 100 // milliseconds between two looks at whether the finger is lifted
const ROW = 'slalom-row slalom-basin'

export default class BasinsPanel extends CasePanel {
  /** @override @type {(number | null)[]} */
  maps = Array.from({ length: MAPS }, (_, lane) => lane)
  /** @override */
  startsAnywhere = true
  #title = element('h3')
  #list = element('ul', { class: 'slalom-rows' })
  #card = element('section', { class: 'slalom-card slalom-board' }, this.#title, this.#list)
  /** @type {({ coarse: Layer, fine: Layer | null } | null)[]} */
  #pictures = Array.from({ length: MAPS }, () => null)
  #about = '' // what they are about
  #next = 0 // row of the fine pictures
  #version = 0
  /** @type {Legend | null} */
  #legend = null
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refining
  #key = '' // of the list
  #hueKey = ''
  /** @type {number[][]} */
  #hueTable = []

  /** @override @param {Board} board */
  cards(board) {
    return [this.#card, board.element]
  }

  /** How many maps there are. */
  get #count() {
    return Math.min(this.store.race.lanes.length, MAPS)
  }

  // ---- the answer ----

  /**
   * @override
   * @param {boolean} isMoving
   * @param {MapFrame} frame
   * @returns {{ basins?: BasinsQuery }}
   */
  query(isMoving, frame) {
    if (!this.#count) return {}
    const window = boxOf(frame.window)
    const about = this.#aboutNow(window)
    if (about !== this.#about) {
      const cell = CELL[isMoving ? 'moving' : 'still']
      const [columns, rows] = [frame.width, frame.height].map((size) => Math.max(Math.round(size / cell), 2))
      return { basins: { window, about, columns, rows } }
    }
    if (isMoving || this.#next >= FINE) return {}
    const [from, to] = [this.#next, Math.min(this.#next + STRIP, FINE)]
    return { basins: { window, about, columns: FINE, rows: FINE, from, to } }
  }

  /** @param {Box} window */
  #aboutNow(window) {
    const { lanes, start: _start, ...race } = this.store.race
    return JSON.stringify([race, lanes.map(({ shown: _shown, ...lane }) => lane), ...window])
  }

  /**
   * @override
   * @param {Header & { basins?: BasinsHeader }} header
   * @param {Arrays} arrays
   * @param {Query & { basins: BasinsQuery }} query
   */
  receive({ basins, minima, saddles }, arrays, { basins: query }) {
    if (!basins) return
    this.#legend = { minima, saddles, codes: basins.codes }
    const isFine = query.from !== undefined
    for (let lane = 0; lane < basins.lanes; lane++) this.#receiveLane(lane, basins, arrays, query.window, isFine)
    this.#about = query.about
    this.#next = isFine ? basins.to : 0
    this.publish('fine', this.#next)
    this.#version++
    this.renderer.paint('relief', 'board')
    this.#refineSoon(0)
  }

  /**
   * @param {number} lane
   * @param {BasinsHeader} header
   * @param {Arrays} arrays
   * @param {Box} window
   * @param {boolean} isFine
   */
  #receiveLane(lane, { columns, rows, from, to, codes }, arrays, window, isFine) {
    const [ends, steps] = ['ends', 'steps'].map((what) => arrays.bytes(`${what} ${lane}`).slice())
    /** @type {Layer} */
    const layer = { columns, rows, window, codes, strips: [], painted: 0, image: null }
    const last = this.#pictures[lane]
    const picture = isFine && last ? { ...last, fine: last.fine ?? layer } : { coarse: layer, fine: null }
    this.#pictures[lane] = picture
    const { strips } = picture.fine ?? picture.coarse
    strips.push({ from, to, ends, steps })
  }

  /** @param {number} milliseconds */
  #refineSoon(milliseconds) {
    clearTimeout(this.#refining)
    this.#refining = setTimeout(() => this.#refine(), milliseconds)
  }

  // What is coarse waits until the finger is lifted.
  #refine() {
    if (this.#next >= FINE) return
    if (this.isHeld()) this.#refineSoon(WAIT)
    else this.ask(false)
  }

  // ---- the maps ----

  /** @override */
  get reliefKey() {
    return `${this.#version} ${this.#count}`
  }

  /**
   * The channels of the colour of every end.
   *
   * @param {Codes} codes
   */
  #hues(codes) {
    const key = JSON.stringify([codes, this.#colours])
    if (key !== this.#hueKey) {
      this.#hueKey = key
      this.#hueTable = hueTable(codes, this.#colours)
    }
    return this.#hueTable
  }

  get #colours() {
    return this.store.catalogue.palette.runners[this.appearance.theme.name]
  }

  /**
   * @override
   * @param {Context} context
   * @param {MapFrame} frame
   * @param {number} lane
   */
  paintRelief(context, { window }, lane) {
    const picture = this.#pictures[lane]
    if (!picture || lane >= this.#count) return
    context.imageSmoothingEnabled = false
    for (const layer of [picture.coarse, picture.fine].filter((one) => one !== null)) {
      drawGrid(context, this.#imageOf(layer), layer.window, window) // cells lie about their points
    }
    context.imageSmoothingEnabled = true
  }

  /**
   * The image of a layer, with all strips that have come.
   *
   * @param {Layer} layer
   */
  #imageOf(layer) {
    const { theme } = this.appearance
    const { columns, rows, codes, strips } = layer
    if (layer.image?.theme !== theme.name) {
      layer.image = { theme: theme.name, canvas: new OffscreenCanvas(columns, rows) }
      layer.painted = 0
    }
    const { canvas } = layer.image
    const context = canvas.getContext('2d')
    for (const strip of strips.slice(layer.painted)) {
      const pixels = stripPixels(strip, columns, codes, this.#hues(codes), theme.halo)
      context?.putImageData(new ImageData(pixels, columns), 0, rows - strip.to)
    }
    layer.painted = strips.length
    return canvas
  }

  // ---- the card: what the colours mean, and the share of the map that each of them has ----

  /** @override */
  label() {
    this.publish('maps', this.#count)
    this.#title.textContent = this.store.catalogue.words.basinsTitle
    this.#key = ''
  }

  /** @override */
  paint() {
    const { store } = this
    this.publish('maps', this.#count)
    const legend = this.#legend
    if (!legend || !store.isInStep) return
    const key = [this.#version, this.appearance.theme.name, store.names].join()
    if (key === this.#key) return
    this.#key = key
    const shares = Array.from({ length: this.#count }, (_, lane) => this.#shares(lane))
    const ends = [...new Set(shares.flatMap((share) => [...share.keys()]))].sort((a, b) => a - b)
    const rows = ends.map((end) => {
      const text = endText(end, legend.codes, store.catalogue.words) ?? this.#placeOf(end, legend)
      return this.#rowOf(endColour(end, legend.codes, this.#colours), text, end, shares)
    })
    this.#list.replaceChildren(this.#headRow(), ...rows)
  }

  #headRow() {
    const { names, styles } = this.store
    const cells = Array.from({ length: this.#count }, (_, lane) => {
      const name = element('b', { class: 'slalom-number', textContent: names[lane] })
      name.style.color = styles[lane].colour
      return name
    })
    return element('li', { class: ROW }, element('span'), element('span'), ...cells)
  }

  /** @param {string} background @param {string} textContent @param {number} end @param {Map<number, number>[]} shares */
  #rowOf(background, textContent, end, shares) {
    const colour = element('span', { class: 'slalom-colour' })
    colour.style.background = background
    const cells = shares.map((share) => {
      const percent = `${((share.get(end) ?? 0) * 100).toFixed(1)} %`
      return element('span', { class: 'slalom-number', textContent: percent })
    })
    return element('li', { class: ROW }, colour, element('span', { textContent }), ...cells)
  }

  /** @param {number} lane */
  #shares(lane) {
    const picture = this.#pictures[lane]
    const isWhole = picture?.fine?.strips.at(-1)?.to === FINE
    const layer = isWhole ? picture?.fine : picture?.coarse
    return sharesOf((layer?.strips ?? []).map(({ ends }) => ends))
  }

  /**
   * A minimum or a saddle, by its place.
   *
   * @param {number} end
   * @param {Legend} legend
   */
  #placeOf(end, { minima, saddles, codes }) {
    const { words } = this.store.catalogue
    const isLow = isMinimum(end, codes)
    /** @type {Point} */
    const [x, y] = (isLow ? minima[end] : saddles[end - codes.first_saddle]) ?? [NaN, NaN]
    const place = { x: Number(x.toFixed(3)), y: Number(y.toFixed(3)) }
    return fill(isLow ? words.minimumAt : words.saddleAt, place).replaceAll('-', '−')
  }

  /** @override */
  close() {
    clearTimeout(this.#refining)
  }
}
