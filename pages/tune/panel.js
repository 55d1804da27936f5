// How the race would go with other settings: the heat map of two numbers of a runner, and the band of every runner.

/** @import { Header, Query, Race } from '../stage/types.js' */
/** @import { Arrays } from '../stage/answer.js' */
/** @import { Surroundings } from '../stage/panel.js' */
/** @import { Band, BandHeader } from './bands.js' */
/** @import { Heat, HeatAxis, HeatHeader } from './heat.js' */

/**
 * @typedef {object} Extra what the panel adds to a query
 * @property {string} [aboutBands] what the bands are about
 * @property {{ lane: number, axes: string, columns: number, rows: number }} [heat]
 * @property {{ points: number }} [bands]
 */

import { arrowOf, element, isArrow, placeIn, write } from '../stage/dom.js'
import { fill, short } from '../stage/format.js'
import { CasePanel } from '../stage/panel.js'
import { nearest, numberOf, putNumber } from './axes.js'
import { paintBands } from './bands.js'
import { paintHeat } from './heat.js'
import { Plane } from './plane.js'

const CELLS = { moving: 40, still: 128 } // of the heat map, each way
const POINTS = { moving: 61, still: 241 } // of a band

/** @param {string} name @param {() => void} onchange */
const choice = (name, onchange) => element('select', { class: name, onchange })

export default class TunePanel extends CasePanel {
  #lane = choice('slalom-choice', () => this.#chooseLane(Number(this.#lane.value)))
  #axisSelects = [0, 1].map((which) => choice('slalom-choice', () => this.#chooseAxis(which)))
  #measures = element('div', { class: 'slalom-modes-line', role: 'group' })
  #remark = element('p', { class: 'slalom-marks', role: 'status' })
  #bandTitle = element('h3')
  #widths = element('ul', { class: 'slalom-widths' })
  #heatPlane
  #bandPlane
  #card
  /** @type {Heat | null} */
  #heat = null
  /** @type {Band[] | null} */
  #bands = null
  #about = '' // what the heat map is about
  #cells = 0
  #aboutBands = ''
  #points = 0
  /** @type {Pick<Race, 'lanes' | 'values' | 'start'> | null} */
  #original = null // while other numbers are looked at
  #isPressed = false
  #key = '' // of the card

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    super(surroundings)
    this.#heatPlane = new Plane(this.appearance, 'slalom-heat')
    this.#bandPlane = new Plane(this.appearance, 'slalom-band')
    const [across, up] = this.#axisSelects
    const times = element('span', { textContent: '×' })
    const bar = element('div', { class: 'slalom-bar' }, this.#lane, across, times, up, this.#measures)
    const heat = [bar, this.#heatPlane.box, this.#remark]
    const bands = [this.#bandTitle, this.#bandPlane.box, this.#widths]
    this.#card = element('section', { class: 'slalom-card slalom-heat-card' }, ...heat, ...bands)
    this.#listen()
  }

  /** @override */
  cards() {
    return [this.#card]
  }

  /** @override */
  boxes() {
    return [this.#heatPlane.box, this.#bandPlane.box]
  }

  /** @override */
  resize() {
    this.#heatPlane.resize()
    this.#bandPlane.resize()
    this.#key = ''
  }

  get #chosen() {
    return this.store.view.chosen
  }

  /** The numbers of the chosen runner on axes. @param {HeatAxis[]} axes */
  #numbers(axes) {
    return axes.map((axis) => numberOf(this.store.race, this.#chosen, axis))
  }

  // ---- the answer ----

  /**
   * @override
   * @param {boolean} isMoving
   * @returns {Extra}
   */
  query(isMoving) {
    if (!this.store.race.lanes.length || this.#original) return {}
    const pace = isMoving ? 'moving' : 'still'
    const [cells, points] = [CELLS[pace], POINTS[pace]]
    /** @type {Extra} */
    const extra = { aboutBands: this.#aboutAllBands() }
    const { race, view, catalogue } = this.store
    const subject = { lane: this.#chosen, axes: view.axes }
    if (this.#aboutHeat(race, subject, catalogue.language) !== this.#about || (!isMoving && this.#cells !== cells)) {
      extra.heat = { ...subject, columns: cells, rows: cells }
    }
    if (extra.aboutBands !== this.#aboutBands || (!isMoving && this.#points !== points)) extra.bands = { points }
    return extra
  }

  /**
   * What two heat maps must share to be the same: everything but the numbers on the axes. Those of the last one are its
   * axes too, unless something else differs.
   *
   * @param {Race} race
   * @param {{ lane: number, axes: string }} subject
   * @param {string} language
   */
  #aboutHeat(race, { lane, axes }, language) {
    const { lanes, ...shared } = structuredClone(race)
    const kept = { ...shared, lanes: lanes.map(({ shown: _shown, ...one }) => one) }
    for (const axis of this.#heat?.axes ?? []) if (kept.lanes[lane]) putNumber(kept, lane, axis, NaN)
    return JSON.stringify([kept, lane, axes, language])
  }

  // What the bands must share: everything but the learning rates.
  #aboutAllBands() {
    const { lanes, ...race } = this.store.race
    const kept = lanes.map(({ shown: _shown, values: { lr: _lr, ...values }, ...lane }) => ({ ...lane, values }))
    return JSON.stringify([race, kept])
  }

  /**
   * @override
   * @param {Header & { heat?: HeatHeader, bands?: BandHeader[] }} header
   * @param {Arrays} arrays
   * @param {Query & Extra} query
   */
  receive({ heat, bands }, arrays, query) {
    if (heat && query.heat) {
      const [loss, steps] = ['loss', 'steps'].map((what) => arrays.get(`heat ${what}`).slice())
      this.#heat = { ...heat, queried: query.heat.axes, loss, steps }
      this.#about = this.#aboutHeat(query.race, query.heat, query.language)
      this.#cells = query.heat.columns
      this.publish('cells', this.#heat.loss.length)
    }
    if (bands && query.bands) {
      this.#bands = bands.map((band) => ({ ...band, losses: arrays.get(`band ${band.lane}`).slice() }))
      this.#aboutBands = query.aboutBands ?? ''
      this.#points = query.bands.points
    }
    if (!heat && !bands) return
    this.#key = ''
    this.renderer.paint('board')
  }

  /** The heat map, if it is that of the chosen runner over the axes of the view; a moment after a change it is not. */
  get #heatInStep() {
    const { isInStep, view } = this.store
    return isInStep && this.#heat?.lane === this.#chosen && this.#heat.queried === view.axes ? this.#heat : null
  }

  // ---- what is chosen ----

  /** @param {number} lane */
  #chooseLane(lane) {
    this.#endPreview()
    this.store.chooseLane(lane)
    this.ask(false)
    this.renderer.paint('board')
  }

  /** @param {number} which */
  #chooseAxis(which) {
    this.#endPreview()
    const heat = this.#heatInStep
    if (!heat) return
    const names = heat.axes.map((axis) => axis.name)
    const { value } = this.#axisSelects[which]
    if (names[1 - which] === value) names[1 - which] = names[which]
    names[which] = value
    for (const [i, select] of this.#axisSelects.entries()) select.value = names[i]
    this.store.changeView({ axes: names.join(' ') })
  }

  // ---- the card ----

  /** @override */
  label() {
    const { words } = this.store.catalogue
    const { canvas } = this.#heatPlane
    this.#lane.setAttribute('aria-label', words.runner)
    for (const [i, select] of this.#axisSelects.entries()) {
      select.setAttribute('aria-label', i ? words.axisUp : words.axisAcross)
    }
    canvas.setAttribute('aria-label', words.heatLabel)
    canvas.setAttribute('role', 'application') // it takes the arrow keys
    this.#bandPlane.canvas.setAttribute('aria-label', words.bandLabel)
    this.#bandPlane.canvas.tabIndex = -1
    this.#bandTitle.textContent = words.bandTitle
    this.#measures.setAttribute('aria-label', words.measure)
    this.#labelMeasures()
    this.#key = ''
  }

  #labelMeasures() {
    const { words } = this.store.catalogue
    const held = [...this.#measures.children].findIndex((one) => one === document.activeElement)
    const chips = [this.#chip('loss', words.finalLoss), this.#chip('steps', words.stepsNeeded)]
    this.#measures.replaceChildren(...chips)
    chips[held]?.focus()
  }

  /** @param {'loss' | 'steps'} measure @param {string} textContent */
  #chip(measure, textContent) {
    const isPressed = this.store.view.measure === measure
    const onclick = () => {
      this.store.changeView({ measure })
      this.#labelMeasures()
    }
    return element('button', { class: 'slalom-chip', textContent, 'aria-pressed': String(isPressed), onclick })
  }

  /** @override */
  paint() {
    const { race, names, view, catalogue, shownKey, isInStep } = this.store
    if (!race.lanes.length || !isInStep || !this.#heatPlane.width) return
    const { theme } = this.appearance
    const heat = this.#heatInStep
    const numbers = this.#numbers(heat?.axes ?? [])
    const key = JSON.stringify([names, theme.name, view, numbers, catalogue.language, shownKey])
    if (key === this.#key) return
    this.#key = key
    this.#paintLanes()
    if (heat) {
      this.#paintAxes(heat)
      paintHeat(this.#heatPlane, heat, numbers, view.measure, this.store.styles[this.#chosen], theme)
      write(this.#remark, this.#remarkText(heat, numbers))
    }
    if (this.#bands) this.#paintBands(this.#bands)
  }

  #paintLanes() {
    /** @type {[string, string][]} */
    const lanes = this.store.names.map((name, i) => [String(i), name])
    fillSelect(this.#lane, lanes, String(this.#chosen))
  }

  /** @param {Heat} heat */
  #paintAxes({ axes, choices }) {
    for (const [i, { name }] of axes.entries()) fillSelect(this.#axisSelects[i], choices, name)
  }

  /**
   * The cell under the current numbers, in words.
   *
   * @param {Heat} heat
   * @param {number[]} numbers
   */
  #remarkText({ axes, choices, loss, steps }, numbers) {
    const { words } = this.store.catalogue
    const [column, row] = axes.map(({ values, log }, which) => nearest(values, numbers[which], log))
    const i = row * axes[0].values.length + column
    const reached = Number.isNaN(steps[i]) ? words.neverThere : fill(words.thereAt, { step: steps[i] })
    const end = Number.isFinite(loss[i])
      ? `${fill(words.endsAt, { loss: short(loss[i]) })} ${reached}`
      : words.divergesHere
    const labels = new Map(choices)
    const settings = axes.map(({ name }, which) => `${labels.get(name)} ${short(numbers[which])}`)
    return [...settings, end].join(' · ')
  }

  /** @param {Band[]} bands */
  #paintBands(bands) {
    const { race, styles, names, catalogue } = this.store
    const shown = bands.filter(({ lane }) => race.lanes[lane]?.shown)
    if (shown.length) paintBands(this.#bandPlane, shown, styles, this.appearance.theme)
    const ranked = [...shown].sort((a, b) => b.decades - a.decades)
    const lines = ranked.map(({ lane, decades }) => {
      const name = element('b', { textContent: names[lane] })
      name.style.color = styles[lane].colour
      return element('li', {}, name, ` ${fill(catalogue.words.decades, { count: decades.toFixed(2) })}`)
    })
    this.#widths.replaceChildren(...lines)
  }

  // ---- other numbers, that are looked at ----

  /** @override The race without what is only looked at. */
  raceToCommit() {
    return { ...this.store.race, ...this.#original }
  }

  /** @override What was only looked at in the last race is gone with it. */
  raceReplaced() {
    this.#original = null
  }

  /**
   * Shows the path of other numbers; they are kept only where they are clicked.
   *
   * @param {HeatAxis[]} axes
   * @param {number[]} numbers
   */
  #preview(axes, numbers) {
    const { lanes, values, start } = this.store.race
    this.#original ??= structuredClone({ lanes, values, start })
    this.#put(axes, numbers)
    this.store.announce('preview', { isDone: false })
  }

  #endPreview() {
    if (!this.#original) return
    Object.assign(this.store.race, this.#original)
    this.#original = null
    this.store.announce('preview', { isDone: true })
  }

  /** @param {boolean} isDone */
  #keep(isDone) {
    this.#original = null
    this.store.changeValues(isDone)
  }

  /** @param {HeatAxis[]} axes @param {number[]} numbers */
  #put(axes, numbers) {
    for (const [i, axis] of axes.entries()) putNumber(this.store.race, this.#chosen, axis, numbers[i])
  }

  // ---- pointer and keys ----

  #listen() {
    const { canvas } = this.#heatPlane
    canvas.addEventListener('pointermove', (event) => this.#look(event))
    // A finger does not hover: it looks while it is down, and what it is lifted from is kept.
    canvas.addEventListener('pointerdown', (event) => {
      this.#isPressed = event.button === 0
      if (this.#isPressed) this.#look(event)
    })
    canvas.addEventListener('pointerup', (event) => {
      if (this.#isPressed && this.#look(event)) this.#keep(true)
      this.#isPressed = false
    })
    for (const name of ['pointerleave', 'pointercancel']) canvas.addEventListener(name, () => this.#leave())
    canvas.addEventListener('keydown', (event) => this.#press(event))
    canvas.addEventListener('keyup', (event) => isArrow(event) && this.store.changeValues(true))
  }

  /** @param {PointerEvent} event */
  #look(event) {
    const heat = this.#heatInStep
    if (!heat || !this.#heatPlane.across) return false
    const shares = this.#heatPlane.sharesAt(placeIn(this.#heatPlane.canvas, event))
    this.#preview(
      heat.axes,
      heat.axes.map(({ values }, i) => values[Math.round(Math.min(Math.max(shares[i], 0), 1) * (values.length - 1))]),
    )
    return true
  }

  #leave() {
    this.#isPressed = false
    this.#endPreview()
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const way = arrowOf(event)
    const heat = this.#heatInStep
    if (!way || !heat) return
    event.preventDefault()
    event.stopPropagation()
    const now = this.#numbers(heat.axes)
    this.#put(
      heat.axes,
      heat.axes.map(({ values }, i) => {
        const place = Math.min(Math.max(nearest(values, now[i]) + way[i], 0), values.length - 1)
        return way[i] ? values[place] : now[i]
      }),
    )
    this.#keep(false)
    this.renderer.paint('board')
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {[value: string, text: string][]} list
 * @param {string} value
 */
function fillSelect(select, list, value) {
  const key = JSON.stringify(list)
  if (select.dataset.key !== key) {
    select.dataset.key = key
    select.replaceChildren(...list.map(([option, textContent]) => element('option', { value: option, textContent })))
  }
  select.value = value
}
