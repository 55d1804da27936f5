// What a page may show beside the race, and how it may change what the stage shows: every hook, with its default.
// The panel of a page is the default class of its panel.js; the stage always has one, the plain Panel if there is none.

/** @import { Header, Point, Query, Race, Runner, StandingNumbers, Track } from './types.js' */
/** @import { Arrays } from './answer.js' */
/** @import { Board } from './board.js' */
/** @import { Chart } from './charts/chart.js' */
/** @import { MapFrame } from './map/frame.js' */
/** @import { Playback } from './playback.js' */
/** @import { Renderer } from './renderer.js' */
/** @import { Store } from './store.js' */
/** @import { Appearance } from './theme.js' */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {Record<string, unknown>} Extra what a panel asks the socket for beside the race */

/**
 * @typedef {object} Surroundings what a panel reads, and what it may do
 * @property {Store} store
 * @property {Playback} playback
 * @property {Appearance} appearance
 * @property {Pick<Renderer, 'paint'>} renderer
 * @property {(isMoving: boolean) => void} ask asks the race socket
 * @property {() => boolean} isHeld whether a pointer is down
 * @property {(name: string, value: string | number) => void} publish notes something on the stage's root element
 */

import { LossCurve } from './charts/curve.js'
import { short } from './format.js'

export class Panel {
  // ---- what the stage has ----

  showsRule = true // of the race, and the formula of the landscape
  showsClock = true // and lets people choose what it counts
  editsLanes = true // by adding, duplicating and removing them
  /** @type {(number | null)[]} the lane that each map is about, null for all of them */
  maps = [null]
  startsAnywhere = false // whether a press on a map puts the start there
  hasParts = false // whether arrow keys go through the parts of a step
  firstStyle = 0 // the place of the first lane's colour, dash and marker

  /** @param {Surroundings} surroundings */
  constructor({ store, playback, appearance, renderer, ask, isHeld, publish }) {
    this.store = store
    this.playback = playback
    this.appearance = appearance
    this.renderer = renderer
    this.ask = ask
    this.isHeld = isHeld
    this.publish = publish
    this.chart = this.createChart()
  }

  /** @returns {Chart} */
  createChart() {
    return new LossCurve(this)
  }

  /**
   * The cards beside the map.
   *
   * @param {Board} board
   * @returns {HTMLElement[]}
   */
  cards(board) {
    return [this.chart.element, board.element]
  }

  /** @returns {HTMLElement[]} what lies on the map */
  captions() {
    return []
  }

  /** The boxes may have other sizes. */
  resize() {
    this.chart.resize()
  }

  /** @returns {HTMLElement[]} boxes of canvases that are painted anew when their size changes */
  boxes() {
    return []
  }

  // ---- the race ----

  /** The share of the rows that an answer may have. */
  get rowShare() {
    return 1
  }

  /** Another race has come from Python. */
  raceReplaced() {}

  /** @returns {Race} the race that is committed */
  raceToCommit() {
    return this.store.race
  }

  /**
   * What the socket is asked for beside the race.
   *
   * @param {boolean} _isMoving whether a finger is down
   * @param {MapFrame} _frame of the first map
   * @returns {Extra}
   */
  query(_isMoving, _frame) {
    return {}
  }

  /**
   * Takes what was asked for out of an answer.
   *
   * @param {Header} _header
   * @param {Arrays} _arrays
   * @param {Query} _query
   */
  receive(_header, _arrays, _query) {}

  // ---- what runs over the map ----

  /**
   * The runners of the answered lanes: of each its path, and its average as a thin line with a ring at its head.
   *
   * @param {Track[]} tracks
   * @returns {Runner[]}
   */
  runners(tracks) {
    return tracks.flatMap((track) => {
      const { path, average, style, name } = track
      if (!style) return []
      /** @type {Runner} */
      const runner = { track, path, style, name, kind: 'path' }
      const thin = { ...style, dash: [], width: 1.6, ring: true }
      return average ? [runner, { track, path: average, style: thin, name: '', kind: 'average' }] : [runner]
    })
  }

  /** What decides how `paintRelief` paints. */
  get reliefKey() {
    return ''
  }

  /**
   * Paints on the relief of a map, under its isolines.
   *
   * @param {Context} _context
   * @param {MapFrame} _frame
   * @param {number | null} _lane that the map is about
   */
  paintRelief(_context, _frame, _lane) {}

  /**
   * Paints on a map, above the trails and behind the heads.
   *
   * @param {Context} _context
   * @param {MapFrame} _frame
   */
  paintOverlay(_context, _frame) {}

  /**
   * Where a runner outside the map is, in words; "" if there is nothing to say.
   *
   * @param {Track} _track
   * @param {number} _row
   */
  placeText(_track, _row) {
    return ''
  }

  /** @param {Point | null} _place of a pointer on a map that presses nothing; null when it leaves */
  hover(_place) {}

  // ---- the scoreboard ----

  /** @returns {[title: string, help?: string][]} the titles of its three columns of numbers */
  columns() {
    const { words } = this.store.catalogue
    /** @type {Record<string, [string, string]>} */
    const spent = {
      steps: [words.evaluations, words.evaluationsLabel],
      gradients: [words.gradients, words.clockGradients],
      all: [words.cost, words.clockLabel],
    }
    return [[words.loss], [words.slope, words.slopeLabel], spent[this.playback.clock.name]]
  }

  /**
   * The three numbers of a lane.
   *
   * @param {Track} _track
   * @param {number} _row
   * @param {StandingNumbers} numbers
   * @returns {[string, string, string]}
   */
  cells(_track, _row, { loss, slope, spent }) {
    return [short(loss), short(slope, 2), String(spent)]
  }

  // ---- the panel itself ----

  /** The words, the landscape or the lanes are others. */
  label() {}

  /** Paints what the panel shows, at the playhead. */
  paint() {}

  /** @param {number} _way one part of a step on (1) or back (-1) */
  nudge(_way) {}

  close() {}
}

// The panel of a page with cases: what is raced there, and how it is counted, is the case's.
export class CasePanel extends Panel {
  /** @override */
  showsRule = false
  /** @override */
  showsClock = false
  /** @override */
  editsLanes = false
}
