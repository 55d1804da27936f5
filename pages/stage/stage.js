// The stage: it puts the parts together, and says what follows when one of them changes something.
//
// While a finger is down it asks the race socket; when the finger is lifted it commits the race to Python, which brings
// the link, the words and the widgets in step.

/** @import { Arrays } from './answer.js' */
/** @import { Catalogue, Commit, Header as AnswerHeader, PageData, Part, Query, View } from './types.js' */
/** @import { Connection, RaceSocket } from './socket.js' */
/** @import { Panel } from './panel.js' */
/** @import { Snapshot } from './sync.js' */
/** @typedef {PageData & { catalogue: Catalogue }} Message what Python sent, with its words */

import { readAnswer, readSurface } from './answer.js'
import { Board } from './board.js'
import { element } from './dom.js'
import { Header } from './header.js'
import { Keys } from './keys.js'
import { Knobs } from './knobs/knobs.js'
import { copyLink } from './link.js'
import { MapView } from './map/map.js'
import { Modes } from './modes.js'
import { Notice } from './notice.js'
import { Playback } from './playback.js'
import { Presses } from './presses.js'
import { Renderer } from './renderer.js'
import { Requests } from './requests.js'
import { Space } from './space/space.js'
import { Store } from './store.js'
import { Sync } from './sync.js'
import { Appearance } from './theme.js'
import { Timeline } from './timeline.js'

const PAUSE = 200 // milliseconds after the last of many small changes, until they are committed
const WINDOW_PAUSE = 250 // the same for another part of the plane
/** @type {(keyof View)[]} */
const ASKED = ['window', 'seeds', 'axes'] // of a view: the socket's answer depends on them

export class Stage {
  #root
  #socket
  #store
  #playback
  #renderer
  #appearance
  #sync
  #panel
  #parts
  #isClosed = false
  #answers = 0
  /** @type {Catalogue | null} */
  #labelled = null // whose words are shown
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling
  #sizes = new ResizeObserver(() => this.#resize())

  /**
   * @param {HTMLElement} root
   * @param {Message} message
   * @param {typeof Panel} PagePanel
   * @param {RaceSocket} socket
   */
  constructor(root, message, PagePanel, socket) {
    this.#root = root
    this.#socket = socket
    const reduced = matchMedia('(prefers-reduced-motion: reduce)')
    this.#store = new Store(message.catalogue, message.race, message.view, message.subject)
    this.#playback = new Playback(() => reduced.matches)
    this.#renderer = new Renderer(this.#playback)
    this.#appearance = new Appearance(root, message.catalogue.palette, () => this.#changeTheme())
    this.#sync = this.#createSync()
    this.#panel = new PagePanel(this.#surroundings())
    this.#parts = this.#createParts()
    this.#build(message.page)
    this.#listen()
    this.#renderer.begin((parts) => this.#draw(parts))
  }

  /** @returns {Sync<Message>} */
  #createSync() {
    return new Sync({
      snapshot: () => this.#snapshot(),
      message: (message, isNews) => this.#show(message, isNews),
      acknowledged: () => (this.#store.isEdited = false),
      change: () => this.#paintSync(),
    })
  }

  #surroundings() {
    return {
      store: this.#store,
      playback: this.#playback,
      appearance: this.#appearance,
      renderer: this.#renderer,
      ask: (/** @type {boolean} */ isMoving) => this.#ask(isMoving),
      isHeld: () => this.#sync.isHeld,
      publish: (/** @type {string} */ name, /** @type {string | number} */ value) => this.#publish(name, value),
    }
  }

  #createParts() {
    const [store, playback, panel, sync] = [this.#store, this.#playback, this.#panel, this.#sync]
    const shared = { store, playback, panel, appearance: this.#appearance }
    const fullscreen = () => this.#toggleFullscreen()
    const maps = panel.maps.map((lane) => new MapView(shared, lane))
    const [map] = maps
    const onFailure = () => this.#flatten()
    const notice = new Notice(() => store.catalogue.words)
    const link = () => copyLink(sync, notice, store.catalogue.words)
    const actions = { link, fullscreen, help: () => this.#help() }
    const timeline = new Timeline(store, playback, panel.showsClock, actions)
    return {
      maps,
      notice,
      timeline,
      space: new Space({ ...shared, renderer: this.#renderer, map, onFailure }),
      requests: new Requests(store, panel, map.frame, this.#socket),
      header: new Header(store, panel.showsRule, () => sync.isPythonBehind),
      modes: new Modes(store, map.frame),
      board: new Board(shared),
      knobs: new Knobs(store, panel.editsLanes),
      keys: new Keys({ ...shared, root: this.#root, timeline, fullscreen }),
      presses: new Presses(this.#root, sync),
    }
  }

  /** @param {string} page */
  #build(page) {
    const panel = this.#panel
    const { maps, space, modes, notice, header, board, knobs, timeline, keys } = this.#parts
    const views = maps.map((map) => map.element)
    const above = [modes.element, modes.whole, ...panel.captions(), notice.element]
    const scene = element('div', { class: 'slalom-scene' }, ...views, space.element, ...above)
    const side = element('div', { class: 'slalom-side' }, ...panel.cards(board), knobs.element)
    const body = element('div', { class: 'slalom-body' }, scene, side, timeline.element)
    this.#root.dataset.page = page
    this.#root.replaceChildren(header.element, body, keys.dialog)
    for (const box of [views[0], panel.chart.box, ...panel.boxes()]) this.#sizes.observe(box)
  }

  // ---- what follows from what ----

  #listen() {
    const [store, playback, renderer, sync] = [this.#store, this.#playback, this.#renderer, this.#sync]
    store.on('values', ({ isDone }) => this.#changeValues(isDone))
    store.on('preview', ({ isDone }) => this.#preview(isDone))
    store.on('lanes', () => this.#changeLanes())
    store.on('shown', () => {
      this.#parts.board.build()
      sync.commit()
      renderer.paint('all')
    })
    store.on('chosen', () => {
      this.#parts.board.build()
      this.#parts.knobs.build()
      sync.commit()
    })
    store.on('view', (changes) => this.#changeView(changes))
    store.on('window', () => this.#moveWindow())
    store.on('part', () => {
      renderer.paint('runners', 'board')
      sync.commitSoon(PAUSE)
    })
    store.on('clock', () => this.#changeClock())
    playback.on('moved', (move) => {
      if (move === 'seek') renderer.paint('runners', 'chart', 'board', 'timeline')
      else renderer.paint('all')
    })
    playback.on('nudged', () => sync.commitSoon(PAUSE))
    playback.on('finished', () => sync.commit())
  }

  /**
   * Something continuous has changed: it is asked for now, and committed when the finger is lifted.
   *
   * @param {boolean} isDone
   */
  #changeValues(isDone) {
    this.#ask(!isDone)
    this.#renderer.paintUnlessAnswered('header', 'knobs', 'runners')
    if (isDone) this.#sync.commit()
  }

  /** @param {boolean} isDone */
  #preview(isDone) {
    this.#ask(!isDone)
    this.#renderer.paintUnlessAnswered('knobs', 'board')
  }

  #changeLanes() {
    this.#styleLanes()
    this.#parts.board.build()
    this.#parts.knobs.build()
    this.#ask(false)
    this.#sync.commit()
    this.#renderer.paint('all')
  }

  /** @param {Partial<View>} changes */
  #changeView(changes) {
    this.#showMode()
    if (ASKED.some((name) => name in changes)) this.#ask(false)
    this.#sync.commit()
    this.#renderer.paint('all')
  }

  #moveWindow() {
    this.#ask(true)
    this.#renderer.paint('relief', 'runners')
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#ask(false), WINDOW_PAUSE)
    this.#sync.commitSoon(WINDOW_PAUSE)
  }

  #changeClock() {
    this.#playback.changeClock(this.#store.view, () => this.#join())
    this.#parts.board.label()
    this.#parts.timeline.label()
    this.#renderer.paint('all')
  }

  #changeTheme() {
    this.#styleLanes()
    this.#parts.board.build()
    this.#parts.knobs.build(true)
    this.#renderer.paint('all')
  }

  // ---- Python ----

  /**
   * Python has taken over commits up to this number.
   *
   * @param {number} commit
   */
  acknowledge(commit) {
    this.#sync.acknowledge(commit)
  }

  /**
   * Shows what Python sent.
   *
   * @param {Message} message
   * @param {(commit: Commit) => void} send commits to Python
   */
  receive(message, send) {
    this.#sync.connect(send)
    this.#sync.receive(message)
  }

  /** @returns {Snapshot} */
  #snapshot() {
    const store = this.#store
    store.view.at = this.#playback.at
    store.isMoving = false
    return { edited: store.isEdited, race: structuredClone(this.#panel.raceToCommit()), view: { ...store.view } }
  }

  /** @param {Message} message @param {boolean} isNews */
  #show(message, isNews) {
    const [store, panel] = [this.#store, this.#panel]
    const isOtherLanguage = message.catalogue !== this.#labelled
    store.catalogue = this.#labelled = message.catalogue
    if (this.#appearance.refresh()) this.#changeTheme()
    this.#paintSync()
    if (isNews) {
      store.replaceRace(message.race, message.view)
      panel.raceReplaced()
      this.#playback.reset(store.view, panel.showsClock)
    }
    if (!isNews && !isOtherLanguage) return
    this.#styleLanes()
    this.#label(message)
    this.#parts.board.build()
    this.#parts.knobs.build(isOtherLanguage)
    if (isOtherLanguage) this.#parts.space.invalidate()
    for (const map of this.#parts.maps) map.resize()
    this.#showMode()
    this.#ask(!store.answer) // the first picture fast, the fine one after it
    this.#renderer.paint('all')
  }

  #paintSync() {
    this.#publish('behind', String(this.#sync.isPythonBehind))
    this.#parts.header.paint()
  }

  /** @param {Message} message */
  #label(message) {
    const { language, words } = this.#store.catalogue
    const { modes, board, knobs, timeline } = this.#parts
    this.#root.lang = document.documentElement.lang = language
    this.#parts.header.label(message)
    for (const map of this.#parts.maps) map.label(words.mapLabel)
    for (const part of [modes, board, knobs, timeline, this.#panel.chart, this.#panel]) part.label()
  }

  #styleLanes() {
    this.#store.styleLanes(this.#appearance.theme.name, this.#panel.firstStyle)
    this.#join()
  }

  // ---- the race socket ----

  /** @param {boolean} isMoving */
  #ask(isMoving) {
    this.#parts.requests.ask(isMoving)
    this.#publish('idle', String(this.#socket.isIdle))
  }

  /** @param {AnswerHeader} header @param {Arrays} arrays @param {Query} query */
  receiveAnswer(header, arrays, query) {
    const store = this.#store
    if (!store.answer) setTimeout(() => this.#isClosed || this.#ask(false))
    store.answer = readAnswer(header, arrays, query, ++this.#answers)
    const surface = readSurface(header, arrays, query.race.landscape)
    if (surface) {
      for (const map of this.#parts.maps) map.surface = surface
      this.#parts.space.invalidate()
      this.#parts.requests.received(surface, query)
    }
    this.#panel.receive(header, arrays, query)
    if (header.problems.length) this.#parts.notice.show(header.problems.join(' '))
    this.#join()
    this.#renderer.paintSoon()
  }

  /** @param {Connection} connection */
  showConnection(connection) {
    this.#parts.notice.showConnection(connection)
  }

  // Gives the lanes the names that were answered, the answered lanes their styles, and the playback its length.
  #join() {
    const store = this.#store
    if (!store.answer || !store.isInStep) return
    store.styleTracks()
    this.#playback.wind(store.answer.tracks)
    store.runners = this.#panel.runners(store.answer.tracks)
    if (store.nameLanes()) this.#parts.board.build()
  }

  // ---- drawing ----

  /** @param {Set<Part>} parts */
  #draw(parts) {
    if (!this.#parts.maps[0].frame.width) return
    const isAll = parts.has('all')
    /** @param {Part} part */
    const has = (part) => isAll || parts.has(part)
    // Canvases first: a font that is set on one makes the browser work out the styles of elements that have changed.
    if (has('relief')) for (const map of this.#parts.maps) map.paintRelief()
    if (has('chart')) this.#panel.chart.paint()
    if (has('runners')) this.#paintRunners()
    if (has('header')) this.#parts.header.paint()
    if (has('knobs')) this.#parts.knobs.paint()
    if (has('board')) {
      this.#parts.board.paint()
      this.#panel.paint()
    }
    if (has('timeline')) this.#parts.timeline.paint()
    if (isAll) {
      this.#panel.chart.label()
      this.#parts.modes.paint()
    }
    this.#publish('drawn', this.#answers)
    this.#publish('idle', String(this.#socket.isIdle))
    this.#publish('playhead', this.#playback.playhead)
  }

  #paintRunners() {
    for (const map of this.#parts.maps) map.paintRunners(!this.#parts.modes.whole.hidden)
    this.#parts.space.paint()
  }

  // A canvas that was resized is empty until it is drawn: draw before the browser paints.
  #resize() {
    this.#appearance.measure()
    const isResized = this.#parts.maps.map((map) => map.resize()).some(Boolean)
    this.#panel.resize()
    if (isResized) {
      this.#ask(false)
      this.#parts.space.invalidate()
    }
    this.#renderer.paintNow()
  }

  /** @param {string} name @param {string | number} value */
  #publish(name, value) {
    this.#root.dataset[name] = String(value)
  }

  // ---- the screen ----

  #showMode() {
    const { mode } = this.#store.view
    this.#publish('mode', mode)
    this.#parts.modes.paint()
    this.#parts.space.show(mode === '3d')
  }

  // The 3D view is not to be had here.
  #flatten() {
    this.#parts.notice.show(this.#store.catalogue.words.noWebgl)
    this.#store.changeView({ mode: 'map' })
  }

  /** @returns {void} */
  #help() {
    this.#parts.keys.help()
  }

  #toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.#root.requestFullscreen?.()
  }

  close() {
    this.#isClosed = true
    clearTimeout(this.#settling)
    this.#sizes.disconnect()
    const { space, keys, presses } = this.#parts
    for (const part of [this.#sync, this.#renderer, this.#appearance, this.#panel, space, keys, presses]) part.close()
  }
}
