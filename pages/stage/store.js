// What the stage shows: the race, the view of it, and what was answered. Every change announces itself. No DOM.

/** @import { Answer, Box, Catalogue, Choice, Lane, OptionName, Point, Race } from './types.js' */
/** @import { Runner, Style, ThemeName, Track, View } from './types.js' */

/**
 * @typedef {object} Announcements
 * @property {{ isDone: boolean }} values something continuous of the race has changed; done when the finger is lifted
 * @property {{ isDone: boolean }} preview other values are looked at, which are not kept
 * @property {null} lanes lanes have come or gone
 * @property {null} shown lanes were shown or hidden
 * @property {null} chosen another lane was chosen
 * @property {Partial<View>} view it is looked at in another way
 * @property {null} window another part of the plane is shown, and it may be moving on
 * @property {null} part another part of a step is shown
 * @property {null} clock the playhead counts something else
 */

import { kindsOf } from './answer.js'
import { Events } from './events.js'
import { newLane } from './fields.js'

/** @extends {Events<Announcements>} */
export class Store extends Events {
  /** @type {Catalogue} */
  catalogue
  /** @type {Race} */
  race
  /** @type {View} */
  view
  /** @type {Answer | null} */
  answer = null
  /** @type {Runner[]} */
  runners = [] // of the answer, while it is one to this race
  /** @type {string[]} */
  names = [] // of the lanes: those of the last answer; the title of a method until there is one
  /** @type {Style[]} */
  styles = []
  isEdited = false // a rule that sets every number ended here, by hand
  isMoving = false // while a finger changes the race
  isTouched = false // once somebody has moved the start
  subject

  /**
   * @param {Catalogue} catalogue
   * @param {Race} race
   * @param {View} view
   * @param {OptionName | ''} subject the option in which the lanes differ; whatever else is changed, is for all of them
   */
  constructor(catalogue, race, view, subject) {
    super()
    this.catalogue = catalogue
    this.race = structuredClone(race)
    this.view = structuredClone(view)
    this.subject = subject
    this.names = this.#titles()
  }

  /** @param {Race} race @param {View} view */
  replaceRace(race, view) {
    const methods = this.#methods
    this.race = structuredClone(race)
    this.view = structuredClone(view)
    this.isEdited = false
    if (this.#methods !== methods) this.names = this.#titles()
  }

  get #methods() {
    return this.race.lanes.map((lane) => lane.optimizer).join()
  }

  #titles() {
    return this.race.lanes.map((lane) => this.#titleOf(lane))
  }

  /** @param {Lane} lane */
  #titleOf({ optimizer }) {
    return this.catalogue.optimizers[optimizer].title
  }

  /** @param {ThemeName} theme @param {number} first the place of the first lane's style */
  styleLanes(theme, first) {
    const { runners, dashes, markers } = this.catalogue.palette
    const colours = runners[theme]
    this.styles = this.race.lanes.map((_, lane) => {
      const i = (lane + first) % colours.length
      return { colour: colours[i], dash: dashes[i], marker: markers[i], width: 2.4 }
    })
  }

  // ---- what was answered ----

  /** Whether what was answered are the runners there are now; a moment after a change they are not. */
  get isInStep() {
    return this.answer?.kinds === kindsOf(this.race)
  }

  /** Whether what was answered is of the landscape there is now. */
  get isOfThisLandscape() {
    return this.answer?.landscape === this.race.landscape
  }

  /** The answered lanes get their styles. */
  styleTracks() {
    for (const track of this.answer?.tracks ?? []) track.style = this.styles[track.index]
  }

  /**
   * The lanes get the names that were answered.
   *
   * @returns {boolean} whether a name is another one
   */
  nameLanes() {
    const before = this.names
    this.names = (this.answer?.tracks ?? []).map((track) => track.name)
    return JSON.stringify(before) !== JSON.stringify(this.names)
  }

  /** The lanes that are answered and shown. @returns {(Track & { style: Style })[]} */
  shownTracks() {
    const tracks = this.answer?.tracks ?? []
    return tracks.filter(
      /** @returns {track is Track & { style: Style }} */ (track) => track.style !== null && this.#isShown(track),
    )
  }

  shownRunners() {
    return this.runners.filter(({ track }) => this.#isShown(track))
  }

  /** @param {Track} track */
  #isShown(track) {
    return this.race.lanes[track.index]?.shown
  }

  get shownKey() {
    return this.race.lanes.map((lane) => (lane.shown ? 1 : 0)).join('')
  }

  // ---- the race ----

  /** @param {Lane} lane */
  sharesRate(lane) {
    return this.view.rule === 'same' && this.catalogue.optimizers[lane.optimizer].firstOrder && 'lr' in lane.values
  }

  /** @param {boolean} isDone */
  changeValues(isDone) {
    this.isMoving = !isDone
    this.announce('values', { isDone })
  }

  /** @param {Point} start @param {boolean} isDone */
  moveStart(start, isDone) {
    this.isTouched = true
    this.race.start = start
    this.changeValues(isDone)
  }

  /**
   * Sets a number of a lane, and of those that are to have it alike.
   *
   * @param {number} i
   * @param {string} name
   * @param {number} value
   */
  setHyperparameter(i, name, value) {
    for (const lane of this.#alike(this.race.lanes[i], name)) lane.values[name] = value
    // A rule that sets every number ends where one is set by hand; Python is told.
    if (this.view.rule !== 'same') {
      this.view.rule = 'own'
      this.isEdited = true
    }
  }

  /** @param {Lane} lane @param {string} name */
  #alike(lane, name) {
    const { lanes } = this.race
    if (this.subject) return lanes.filter((other) => other.optimizer === lane.optimizer)
    return name === 'lr' && this.sharesRate(lane) ? lanes.filter((other) => this.sharesRate(other)) : [lane]
  }

  /**
   * Gives a lane an option; with a subject every lane has the other options alike.
   *
   * @param {number} i
   * @param {OptionName} name
   * @param {Choice | null} choice
   */
  setOption(i, name, choice) {
    const lanes = this.subject ? this.race.lanes : [this.race.lanes[i]]
    for (const lane of lanes) lane[name] = structuredClone(choice)
  }

  // ---- lanes ----

  /** Whether no more runners can race. */
  get isFull() {
    return this.race.lanes.length >= this.catalogue.fields.lanes.most
  }

  /** @param {string} optimizer */
  addLane(optimizer) {
    const { lanes } = this.race
    if (this.isFull) return
    const lane = newLane(this.catalogue, optimizer)
    const like = lanes.find((other) => this.sharesRate(other))
    if (like && this.sharesRate(lane)) lane.values.lr = like.values.lr
    lanes.push(lane)
    this.names.push(this.#titleOf(lane))
    this.#changeLanes(lanes.length - 1)
  }

  /** @param {number} i */
  duplicateLane(i) {
    const { lanes } = this.race
    if (this.isFull) return
    lanes.splice(i + 1, 0, structuredClone(lanes[i]))
    this.names.splice(i + 1, 0, this.#titleOf(lanes[i]))
    this.#changeLanes(i + 1)
  }

  /** @param {number} i */
  removeLane(i) {
    this.race.lanes.splice(i, 1)
    this.names.splice(i, 1)
    this.#changeLanes(this.view.chosen)
  }

  /** @param {number} chosen */
  #changeLanes(chosen) {
    this.view.chosen = Math.min(chosen, Math.max(this.race.lanes.length - 1, 0))
    this.announce('lanes', null)
  }

  /** @param {number} i */
  toggleLane(i) {
    const lane = this.race.lanes[i]
    if (!lane) return
    lane.shown = !lane.shown
    this.announce('shown', null)
  }

  /** @param {number} i */
  chooseLane(i) {
    this.view.chosen = i
    this.announce('chosen', null)
  }

  // ---- the view ----

  /** @param {Partial<View>} changes */
  changeView(changes) {
    Object.assign(this.view, changes)
    this.announce('view', changes)
  }

  /** @param {Partial<Pick<View, 'clock' | 'price'>>} changes */
  changeClock(changes) {
    Object.assign(this.view, changes)
    this.announce('clock', null)
  }

  /** @param {Box} window */
  moveWindow(window) {
    this.view.window = window
    this.announce('window', null)
  }

  /** @param {number | null} part of a step, null for the last */
  showPart(part) {
    this.view.part = part
    this.announce('part', null)
  }
}
