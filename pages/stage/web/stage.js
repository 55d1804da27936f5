// The stage. It holds a race, what the race socket answered, and one playhead; every part draws from these.
//
// While a finger is down it asks the socket; when the finger is lifted it commits the race to Python, which brings the
// link, the words and the widgets in step.

import { Averaging } from './averaging.js'
import { Basins } from './basins.js'
import { Board } from './board.js'
import { Clipping } from './clipping.js'
import { Clock } from './clock.js'
import { Curve } from './curve.js'
import { element, fill, icon } from './format.js'
import { Knobs } from './knobs.js'
import { MapView } from './map.js'
import { RaceSocket } from './socket.js'
import { Space } from './space.js'
import { Step } from './step.js'
import { Tune } from './tune.js'
import { Timeline } from './timeline.js'

const SECONDS = 8 // a whole race at speed 1
const SLOWEST = 5 // steps a second
const ROWS_MOVING = 3600 // in all lanes, while a finger is down: under 64 kB
const ROWS_STILL = 60000
const MOST_LANES = 9
const JUMP = 500 // milliseconds between two pictures with reduced motion
const COMMIT_KEYS = 200 // milliseconds after the last key that moved the playhead
const PATIENCE = 4000 // milliseconds until what Python has not heard is said again, and twice as long each time

// What a page shows beside the race.
const PANELS = { averaging: Averaging, basins: Basins, clipping: Clipping, step: Step, tune: Tune }

// What two races must share for the answer to one to be a picture of the other.
const kinds = (race) => [race.landscape, ...race.lanes.map((lane) => lane.optimizer)].join()

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

// What is drawn of a lane: its path, and its average as a thin line with a ring at its head.
const pathAndAverage = (lane) => [
  { lane, offset: lane.offset, style: lane.style, name: lane.name },
  ...(lane.average === null ? [] : [{ lane, offset: lane.average, style: { ...lane.style, dash: [], width: 1.6, ring: true } }]),
]

const stages = new WeakMap()
const catalogues = new Map()

async function catalogueIn(language) {
  if (!catalogues.has(language)) {
    const address = new URL(`words/${language}.json`, import.meta.url)
    catalogues.set(language, fetch(address).then((response) => response.json()))
  }
  return catalogues.get(language)
}

const style = document.createElement('link')
style.rel = 'stylesheet'
style.href = new URL('stage.css', import.meta.url).href
const styled = new Promise((resolve) => (style.onload = style.onerror = resolve))
document.head.append(style)

// Called by Streamlit when the component appears and whenever its data change; always with the same parent.
export function stage(component) {
  let mounted = stages.get(component.parentElement)
  if (!mounted) {
    mounted = new Stage(component.parentElement.querySelector('.slalom') ?? component.parentElement, component.data)
    stages.set(component.parentElement, mounted)
  }
  mounted.take(component)
  return () => {
    stages.delete(component.parentElement)
    mounted.close()
  }
}

class Stage {
  constructor(root, { page, subject }) {
    this.root = root
    this.page = page
    this.subject = subject // the option in which the runners differ; whatever else is turned is turned for all of them
    this.catalogue = null
    this.answer = null
    this.answerId = 0
    this.playhead = 0
    this.wanted = Infinity // where the playhead is to stand, however short the race is just now
    this.clock = new Clock()
    this.end = 0
    this.speed = 1
    this.playing = false
    this.touched = false
    this.session = null
    this.revision = -1 // the last of Python's decisions that is shown
    this.commits = 0
    this.unheard = null // the last commit, until Python has taken it over
    this.held = false // while a pointer is down, what comes from Python waits
    this.waiting = null
    this.dirty = new Set()
    this.frame = 0
    this.still = matchMedia('(prefers-reduced-motion: reduce)')
    this.socket = new RaceSocket(
      (header, numbers, message) => this.#answered(header, numbers, message),
      (state) => this.#connection(state),
    )
    this.#build()
    this.#listen()
  }

  #build() {
    this.map = new MapView(this, PANELS[this.page]?.runner ?? null)
    this.space = new Space(this)
    this.panel = this.page in PANELS ? new PANELS[this.page](this) : null
    this.curve = this.panel?.chart ?? new Curve(this)
    this.board = new Board(this)
    this.knobs = new Knobs(this)
    this.timeline = new Timeline(this)
    this.maps = [this.map, ...(this.panel?.maps ?? [])]
    this.title = element('h1')
    this.watch = element('p', { class: 'slalom-watch' })
    this.formula = element('p', { class: 'slalom-formula' })
    this.rule = element('p', { class: 'slalom-rule' })
    this.modes = element('div', { class: 'slalom-modes', role: 'group' })
    this.whole = element('button', { class: 'slalom-chip', hidden: true, onclick: () => this.wholeMap() })
    this.notice = element('div', { class: 'slalom-notice', role: 'status', hidden: true })
    this.list = element('dialog', { class: 'slalom-keys' })
    const head = element('header', { class: 'slalom-head-line' }, this.title, this.watch, this.formula, this.rule)
    const ground = element('div', { class: 'slalom-ground-box' }, ...this.maps.map((map) => map.element), this.space.element, this.modes, this.whole, this.panel?.bar ?? '', this.notice)
    const cards = this.panel?.cards(this.board) ?? [this.curve, this.board]
    const side = element('div', { class: 'slalom-side' }, ...cards.map((card) => card.element), this.knobs.element)
    const body = element('div', { class: 'slalom-body' }, ground, side, this.timeline.element)
    this.root.dataset.page = this.page
    this.root.replaceChildren(head, body, this.list)
    this.sizes = new ResizeObserver(() => this.#resized())
    this.sizes.observe(this.map.element)
    for (const box of [this.curve.box, ...(this.panel?.boxes ?? [])]) this.sizes.observe(box)
  }

  // New data from Python. What the stage itself has committed is not taken back from it.
  async take({ data, setTriggerValue }) {
    this.send = setTriggerValue
    this.#heard(data.heard)
    const call = (this.call = (this.call ?? 0) + 1)
    const [catalogue] = await Promise.all([catalogueIn(data.language), styled])
    if (call !== this.call || this.closed) return
    if (this.held) {
      this.waiting = data
      return
    }
    this.#adopt(data, catalogue)
  }

  #adopt(data, catalogue) {
    const spoke = catalogue !== this.catalogue
    const news = data.session !== this.session || data.revision > this.revision
    this.catalogue = catalogue
    this.heading = { title: data.title, why: data.why }
    this.#theme()
    this.race && this.#chip()
    if (news) {
      if (!this.unheard) this.commits = data.heard
      else if (data.session !== this.session) this.#say(PATIENCE) // the server began anew
      this.turned = false
      this.session = data.session
      this.revision = data.revision
      this.race = structuredClone(data.race)
      this.view = structuredClone(data.view)
      this.panel?.renewed?.()
      this.playing = false
      this.wanted = this.view.at ?? Infinity
      this.clock = new Clock(this.panel ? undefined : this.view)
    }
    if (!news && !spoke) return
    this.#named()
    this.#label()
    this.board.build()
    this.knobs.build(spoke)
    this.#modes(spoke)
    for (const map of this.maps) map.resize()
    this.ask({ moving: !this.answer }) // the first picture fast, the fine one after it
    this.paint('all')
  }

  close() {
    this.closed = true
    this.socket.close()
    this.sizes.disconnect()
    this.dark.disconnect()
    this.space.close()
    this.list.close()
    cancelAnimationFrame(this.frame)
    for (const timer of [this.committing, this.repeating, ...this.maps.map((map) => map.settling)]) clearTimeout(timer)
    document.removeEventListener('keydown', this.onKey)
    for (const name of ['pointerdown', 'keydown']) document.removeEventListener(name, this.onLeave, true)
    for (const name of ['pointerup', 'pointercancel']) document.removeEventListener(name, this.onRelease)
  }

  // ---- the race ----

  // Something continuous has changed: ask for it now, tell Python when the finger is lifted.
  change({ done }) {
    this.moving = !done
    this.#chip()
    this.ask({ moving: !done })
    this.knobs.paint()
    this.paint('runs')
    if (done) this.commit()
  }

  // While a finger moves, once a frame is enough: what comes more often waits for the next.
  ask({ moving = false } = {}) {
    if (!this.race || !this.map.width) return
    this.later = moving && this.asked
    if (this.later) return
    if (moving) {
      this.asked = true
      requestAnimationFrame(() => {
        this.asked = false
        if (this.later) this.ask({ moving })
      })
    }
    this.socket.ask(() => this.#message(moving), moving)
    this.root.dataset.idle = this.socket.idle
  }

  // Made when it leaves: nothing is in flight then, so what is painted is what was last answered.
  #message(moving) {
    const { cx, cy } = this.map.window
    const surface = this.map.asks(moving)
    const ground = JSON.stringify([this.race.landscape, this.race.values, this.race.blur, surface.window])
    const stale = ground !== this.ground || (!moving && surface.columns !== this.columns)
    return {
      race: structuredClone(this.race),
      language: this.catalogue.language,
      rows: Math.floor((moving ? ROWS_MOVING : ROWS_STILL) / Math.max(this.race.lanes.length, 1) / (this.panel?.weight ?? 1)),
      origin: [cx, cy],
      surface: stale ? surface : undefined,
      ground,
      ...this.panel?.asks(moving),
    }
  }

  #answered(header, numbers, message) {
    if (!this.answer) setTimeout(() => this.ask())
    const lanes = []
    let offset = 0
    for (const [i, told] of header.lanes.entries()) {
      const blocks = ['average', 'clipping'].filter((block) => told[block])
      const at = Object.fromEntries(blocks.map((block, place) => [block, offset + (place + 1) * told.rows * 4]))
      lanes.push({ ...told, numbers, offset, index: i, average: at.average ?? null, vectors: at.clipping ?? null })
      offset += told.rows * 4 * (1 + blocks.length)
    }
    this.answer = { header, lanes, kinds: kinds(message.race), landscape: message.race.landscape }
    this.answerId++
    if (header.surface) {
      const { columns, rows } = header.surface
      const heights = numbers.subarray(offset, offset + columns * rows)
      for (const map of this.maps) map.picture(header.surface, heights, message.race.landscape)
      this.columns = columns
      this.ground = message.ground
      offset += columns * rows
    }
    this.panel?.answered(header, numbers, offset, message)
    if (header.problems.length) this.tell(header.problems.join(' '))
    this.#joined()
    this.knobs.paint()
    // Drawn at once, it is on the screen in the very next frame; a second answer within a frame waits for the next.
    this.dirty.add('all')
    if (this.fresh) this.paint('all')
    else this.#drawNow()
  }

  #drawNow() {
    cancelAnimationFrame(this.frame)
    this.#draw(performance.now())
    this.fresh = true
    requestAnimationFrame(() => (this.fresh = false))
  }

  // Whether what was answered are the runners there are now; a moment after a change they are not.
  get inStep() {
    return this.answer?.kinds === kinds(this.race)
  }

  // Gives the answered lanes their names and colours, the timeline its length and the playhead its place.
  #joined() {
    if (!this.inStep) return
    for (const lane of this.answer.lanes) {
      lane.name = this.names[lane.index]
      lane.style = this.styles[lane.index]
      this.clock.wind(lane)
    }
    this.runners = this.panel?.runners?.(this.answer.lanes) ?? this.answer.lanes.flatMap(pathAndAverage)
    this.end = Math.max(0, ...this.answer.lanes.map((lane) => lane.ticks.at(-1)))
    if (!this.playing || this.playhead > this.end) this.playhead = Math.min(this.wanted, this.end)
  }

  #named() {
    const { optimizers } = this.catalogue
    const counts = {}
    const total = {}
    for (const { optimizer } of this.race.lanes) total[optimizer] = (total[optimizer] ?? 0) + 1
    this.names = this.panel?.names?.() ?? this.race.lanes.map(({ optimizer }) => {
      counts[optimizer] = (counts[optimizer] ?? 0) + 1
      const { title } = optimizers[optimizer]
      return total[optimizer] > 1 && counts[optimizer] > 1 ? `${title} ${counts[optimizer]}` : title
    })
    const { runners, dashes, markers } = this.catalogue.palette
    const colours = runners[this.theme.name]
    const first = this.panel?.firstStyle ?? 0
    this.styles = this.race.lanes.map((_, lane) => {
      const i = (lane + first) % colours.length
      return { colour: colours[i], dash: dashes[i], marker: markers[i], width: 2.4 }
    })
    this.#joined()
  }

  shownLanes() {
    return this.answer.lanes.filter((lane) => lane.style && this.race.lanes[lane.index]?.shown)
  }

  shownRunners() {
    return this.runners.filter(({ lane }) => this.race.lanes[lane.index]?.shown)
  }

  get shownKey() {
    return this.race.lanes.map((lane) => (lane.shown ? 1 : 0)).join('')
  }

  // The last row at or before the playhead, and how far it is to the next.
  rowAt(lane, at = this.playhead) {
    return this.clock.at(lane, at)
  }

  ended(lane, at = this.playhead) {
    return at >= lane.ticks.at(-1)
  }

  outcome(lane) {
    const { words } = this.catalogue
    const reasons = {
      left: words.left,
      loss: words.lossTooLarge,
      nan: words.nan,
      singular: words.singular,
      nothing_lower: words.nothingLower,
    }
    const outcomes = {
      converged: lane.best ? words.convergedBest : words.converged,
      saddle: words.saddle,
      maximum: words.maximum,
      stalled: words.stalled,
      out_of_steps: words.outOfSteps,
    }
    if (lane.reason) return fill(reasons[lane.reason], { step: lane.steps })
    if (lane.outcome === 'out_of_steps') return outcomes.out_of_steps
    return fill(words.endedAt, { outcome: outcomes[lane.outcome], step: lane.steps })
  }

  // ---- lanes ----

  sharesRate(lane) {
    return this.view.rule === 'same' && this.catalogue.optimizers[lane.optimizer].firstOrder && 'lr' in lane.values
  }

  setHyperparameter(i, name, value) {
    const { lanes } = this.race
    const alike = this.subject
      ? lanes.filter((lane) => lane.optimizer === lanes[i].optimizer)
      : name === 'lr' && this.sharesRate(lanes[i])
        ? lanes.filter((lane) => this.sharesRate(lane))
        : [lanes[i]]
    for (const lane of alike) lane.values[name] = value
    // A rule that sets every number ends where one is turned by hand; Python is told.
    if (this.view.rule !== 'same') {
      this.view.rule = 'own'
      this.turned = true
    }
  }

  // On a page with a subject every lane has the other options alike.
  setOption(i, name, given) {
    const lanes = this.subject ? this.race.lanes : [this.race.lanes[i]]
    for (const lane of lanes) lane[name] = structuredClone(given)
  }

  #lanesChanged() {
    const last = Math.max(this.race.lanes.length - 1, 0)
    this.view.chosen = Math.min(this.view.chosen, last)
    this.#named()
    this.board.build()
    this.knobs.build()
    this.ask()
    this.commit()
    this.paint('all')
  }

  addLane(optimizer) {
    if (this.race.lanes.length >= MOST_LANES) return
    const { hyperparameters } = this.catalogue.optimizers[optimizer]
    const none = Object.fromEntries(Object.keys(this.catalogue.options).map((option) => [option, null]))
    const lane = { optimizer, values: Object.fromEntries(hyperparameters.map((one) => [one.name, one.default])), shown: true, ...none }
    const like = this.race.lanes.find((other) => this.sharesRate(other))
    if (like && this.sharesRate(lane)) lane.values.lr = like.values.lr
    this.race.lanes.push(lane)
    this.view.chosen = this.race.lanes.length - 1
    this.#lanesChanged()
  }

  duplicateLane(i) {
    if (this.race.lanes.length >= MOST_LANES) return
    this.race.lanes.splice(i + 1, 0, structuredClone(this.race.lanes[i]))
    this.view.chosen = i + 1
    this.#lanesChanged()
  }

  removeLane(i) {
    this.race.lanes.splice(i, 1)
    this.#lanesChanged()
  }

  toggleLane(i) {
    if (!this.race.lanes[i]) return
    this.race.lanes[i].shown = !this.race.lanes[i].shown
    this.board.build()
    this.commit()
    this.paint('all')
  }

  chooseLane(i) {
    this.view.chosen = i
    this.board.build()
    this.knobs.build()
    this.commit()
  }

  // ---- the clock and the playhead ----

  // Another clock, at the same share of the race.
  count(changes) {
    const share = this.end ? this.playhead / this.end : 1
    Object.assign(this.view, changes)
    this.clock = new Clock(this.view)
    this.#joined()
    this.seek(Math.round(share * this.end))
    for (const part of [this.board, this.timeline]) part.label()
    this.paint('all')
  }

  toggle() {
    if (this.playing) this.pause()
    else {
      if (this.playhead >= this.end) this.playhead = 0
      this.playing = true
      this.last = null
      this.paint('all')
    }
  }

  pause() {
    if (!this.playing) return
    this.playing = false
    this.wanted = this.playhead = Math.round(this.playhead)
    this.commit()
    this.paint('all')
  }

  replay() {
    this.playhead = 0
    this.playing = true
    this.last = null
    this.paint('all')
  }

  seek(at) {
    this.playing = false
    this.playhead = Math.min(Math.max(at, 0), this.end)
    this.wanted = this.playhead >= this.end ? Infinity : this.playhead
    this.paint('runs', 'curve', 'board', 'timeline')
  }

  nudge(steps) {
    this.seek(Math.round(this.playhead) + steps)
    this.commitSoon(COMMIT_KEYS)
  }

  #advance(now) {
    if (!this.playing) return
    const rate = Math.max(this.end / SECONDS, SLOWEST) * this.speed
    this.last ??= now
    // With reduced motion the race goes in whole steps, twice a second, without gliding.
    if (this.still.matches && now - this.last < JUMP) return
    this.playhead += ((now - this.last) / 1000) * rate
    if (this.still.matches) this.playhead = Math.ceil(this.playhead)
    this.last = now
    if (this.playhead >= this.end) {
      this.playhead = this.end
      this.playing = false
      this.wanted = Infinity
      this.commit()
    }
  }

  // ---- drawing ----

  paint(...parts) {
    for (const part of parts) this.dirty.add(part)
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.#draw(now))
  }

  #draw(now) {
    this.frame = 0
    if (!this.catalogue || !this.race || !this.map.width) return
    const played = this.playing
    this.#advance(now)
    const all = this.dirty.has('all')
    const wants = (part) => all || this.dirty.has(part)
    if (wants('ground')) for (const map of this.maps) map.paintGround()
    if (wants('runs') || played) {
      for (const map of this.maps) map.paintRuns()
      this.space.paint()
    }
    if (wants('curve') || played) this.curve.paint()
    if (wants('board') || played) {
      this.board.paint()
      this.panel?.paint()
    }
    if (wants('timeline') || played) this.timeline.paint()
    if (all) {
      this.curve.label()
      this.whole.hidden = this.view.mode !== 'map' || (!this.view.window && this.map.startInside)
    }
    this.dirty.clear()
    this.root.dataset.drawn = this.answerId
    this.root.dataset.idle = this.socket.idle
    this.root.dataset.playhead = this.playhead
    if (this.playing) this.paint('timeline')
  }

  #resized() {
    if (this.catalogue) this.unit = parseFloat(getComputedStyle(this.root).fontSize) / 14
    const map = this.maps.map((one) => one.resize()).some(Boolean)
    this.curve.resize()
    if (map) {
      this.ask()
      this.space.stale = true
    }
    // A canvas that was resized is empty until it is drawn: draw before the browser paints.
    this.dirty.add('all')
    this.#drawNow()
  }

  #theme() {
    const css = getComputedStyle(this.root)
    const value = (name, otherwise) => css.getPropertyValue(name).trim() || otherwise
    const background = value('--st-background-color', '#ffffff')
    const probe = document.createElement('canvas').getContext('2d')
    probe.fillStyle = background
    const hex = probe.fillStyle
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
    const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128
    const name = dark ? 'dark' : 'light'
    this.unit = parseFloat(css.fontSize) / 14 // how much larger than on a small screen everything is written
    if (this.theme?.name === name) return
    this.theme = {
      name,
      dark,
      ground: this.catalogue.palette.ground[name],
      accent: value('--st-primary-color', '#c92a4b'),
      text: value('--st-text-color', dark ? '#eef1f5' : '#1a1e26'),
      halo: dark ? '#0b0f15' : '#ffffff',
      plate: dark ? '#10151c' : '#ffffff',
      quiet: dark ? '#aeb6c2' : '#4d5663',
      line: dark ? 'rgba(160,175,195,.18)' : 'rgba(40,50,70,.12)',
      isoline: dark ? 'rgba(225,235,245,.16)' : 'rgba(40,50,60,.18)',
      isolineSolid: dark ? '#4a5866' : '#b9b4a6',
    }
    this.root.dataset.theme = name
    if (!this.race) return
    this.#named()
    this.board.build()
    this.knobs.build(true)
    this.paint('all')
  }

  #label() {
    const { words, landscapes } = this.catalogue
    const { title, watch, formula } = landscapes[this.race.landscape]
    this.root.lang = document.documentElement.lang = this.catalogue.language
    this.title.textContent = this.heading.title ?? title
    this.watch.textContent = this.heading.why ?? watch
    this.formula.innerHTML = formula // declared with the surface, made on the server
    this.#chip()
    this.rule.hidden = this.formula.hidden = Boolean(this.panel)
    for (const { element } of this.maps) {
      element.setAttribute('aria-label', words.mapLabel)
      element.setAttribute('role', 'group')
    }
    this.whole.textContent = words.wholeMap
    for (const part of [this.board, this.knobs, this.timeline, this.curve, this.panel]) part?.label()
    this.timeline.key = null
  }

  // The rule. What was tuned is tuned for the race that Python knows, until it knows this one.
  #chip() {
    const { words } = this.catalogue
    const { rule } = this.view
    this.root.dataset.behind = this.behind
    const stale = this.moving || this.behind
    const tuned = stale ? words.ruleMoved : words.ruleBudget
    this.rule.textContent = rule === 'tuned' ? tuned : words.rules[rule]
    this.rule.title = words.ruleHelp
  }

  #modes(spoke = false) {
    const { words } = this.catalogue
    if (spoke) {
      const chip = (mode, text) => {
        const made = element('button', { class: 'slalom-chip', textContent: text, onclick: () => this.#show(mode) })
        made.dataset.mode = mode
        return made
      }
      this.modes.replaceChildren(chip('map', words.map), chip('3d', words.threeD))
      this.space.stale = true
    }
    for (const chip of this.modes.children) chip.setAttribute('aria-pressed', String(chip.dataset.mode === this.view.mode))
    this.space.show(this.view.mode === '3d')
  }

  #show(mode) {
    this.view.mode = mode
    this.#modes()
    this.commit()
    this.paint('all')
  }

  // The 3D view is not to be had here.
  flat() {
    this.tell(this.catalogue.words.noWebgl)
    this.#show('map')
  }

  wholeMap() {
    this.view.window = this.map.whole
    this.ask()
    this.commit()
    this.paint('all')
  }

  tell(text) {
    const close = element('button', { class: 'slalom-act', 'aria-label': this.catalogue?.words.dismiss ?? '', onclick: () => (this.notice.hidden = true) }, icon('remove'))
    this.notice.replaceChildren(element('span', { textContent: text }), close)
    this.notice.hidden = false
    this.told = text
  }

  #connection(state) {
    const words = this.catalogue?.words
    if (!words) return
    if (state === 'lost') this.tell(words.lost)
    else if (state === 'slow') this.tell(words.slow)
    else if ([words.lost, words.slow].includes(this.told)) this.notice.hidden = true
  }

  // ---- Python ----

  // Whether Python does not yet know what is shown.
  get behind() {
    return Boolean(this.committing || this.unheard)
  }

  commitSoon(milliseconds) {
    clearTimeout(this.committing)
    this.committing = setTimeout(() => this.commit(), milliseconds)
    this.#chip()
  }

  commit() {
    clearTimeout(this.committing)
    this.committing = null
    if (!this.send) return
    this.view.at = this.playing || this.wanted === Infinity ? null : this.wanted
    this.moving = false
    const { session, revision, turned } = this
    const race = structuredClone(this.panel?.kept ?? this.race)
    this.unheard = { session, revision, commit: ++this.commits, turned, race, view: { ...this.view } }
    this.#say(PATIENCE)
    this.#chip()
  }

  // On its way to Python a commit may be lost: with the connection, or where two meet in Streamlit.
  #say(patience) {
    this.send('commit', this.unheard)
    clearTimeout(this.repeating)
    this.repeating = setTimeout(() => this.#say(2 * patience), patience)
  }

  #heard(commit) {
    if (!this.unheard || commit < this.unheard.commit) return
    clearTimeout(this.repeating)
    this.unheard = null
    this.turned = false
  }

  // ---- keys ----

  help() {
    const { words } = this.catalogue
    if (this.list.open) return this.list.close()
    const keys = [
      ['Space', words.keySpace],
      ['← →', this.panel?.nudge ? words.keyParts : words.keyArrows],
      ['⇧ ← →', this.panel?.nudge ? words.keyArrows : words.keyShiftArrows],
      ['Home End', words.keyHomeEnd],
      ['1 – 9', words.keyDigits],
      ['F', words.keyFull],
      ['?', words.keyHelp],
    ]
    const rows = keys.flatMap(([key, text]) => [element('dt', {}, element('kbd', { textContent: key })), element('dd', { textContent: text })])
    this.list.replaceChildren(
      element('h2', { textContent: words.keys }),
      element('dl', {}, ...rows),
      element('button', { class: 'slalom-chip', textContent: words.close, onclick: () => this.list.close() }),
    )
    this.list.showModal()
  }

  // The link says exactly this race, as soon as the address is in step.
  async copyLink() {
    this.commit()
    for (let i = 0; i < 50 && this.behind; i++) await pause(100)
    await pause(100)
    try {
      await navigator.clipboard.writeText(location.href)
      this.tell(this.catalogue.words.copied)
    } catch {
      this.tell(fill(this.catalogue.words.copyYourself, { link: location.href }))
    }
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.root.requestFullscreen?.()
  }

  #listen() {
    this.onKey = (event) => this.#key(event)
    document.addEventListener('keydown', this.onKey)
    // What comes next may lead to another page: a commit that comes after it would lead back to this one.
    this.onLeave = ({ key = 'Enter' }) => key === 'Enter' && this.committing && this.commit()
    for (const name of ['pointerdown', 'keydown']) document.addEventListener(name, this.onLeave, true)
    this.root.addEventListener('pointerdown', () => (this.held = true))
    this.onRelease = () => setTimeout(() => this.#released())
    for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, this.onRelease)
    // Streamlit's theme changes without a script run: its variables change on an ancestor.
    this.dark = new MutationObserver(() => this.catalogue && this.#theme())
    for (const place of [document.documentElement, document.body]) {
      this.dark.observe(place, { attributes: true, attributeFilter: ['style', 'class', 'data-theme'] })
    }
  }

  // After the click that a release may make, what has come from Python meanwhile is taken.
  #released() {
    this.held = false
    const data = this.waiting
    this.waiting = null
    if (data) this.take({ data, setTriggerValue: this.send })
  }

  // An arrow key: one step, ten with Shift; where a step has parts, one part, and a step with Shift.
  #arrow(way, far) {
    if (!this.panel?.nudge) this.nudge(far ? 10 * way : way)
    else if (far) this.nudge(way)
    else this.panel.nudge(way)
  }

  #key(event) {
    const { target } = event
    // What was clicked keeps the focus, but the keys are the stage's again; what was reached by keyboard keeps its keys.
    const reached = target.matches?.(':focus-visible')
    const typing = target.isContentEditable || target.closest?.('textarea, [role="combobox"], [role="listbox"]') ||
      (target.tagName === 'SELECT' && reached) ||
      (target.tagName === 'INPUT' && !['range', 'checkbox', 'radio', 'button'].includes(target.type))
    const pressing = target.tagName === 'BUTTON' && reached
    const elsewhere = target.closest?.('[role="dialog"]') && !this.root.contains(target)
    if (typing || elsewhere || event.ctrlKey || event.metaKey || event.altKey || !this.catalogue || !this.answer) return
    if (this.list.open && event.key !== '?') return
    const slider = target.type === 'range' && target !== this.timeline.scrub
    const actions = {
      ArrowLeft: slider ? null : () => this.#arrow(-1, event.shiftKey),
      ArrowRight: slider ? null : () => this.#arrow(1, event.shiftKey),
      Home: slider ? null : () => this.nudge(-Infinity),
      End: slider ? null : () => this.nudge(Infinity),
      ' ': pressing && target !== this.timeline.play ? null : () => this.toggle(),
      f: () => this.fullscreen(),
      F: () => this.fullscreen(),
      '?': () => this.help(),
    }
    const digit = /^[1-9]$/.test(event.key) ? () => this.toggleLane(Number(event.key) - 1) : null
    const action = actions[event.key] ?? digit
    if (!action) return
    event.preventDefault()
    action()
  }
}
