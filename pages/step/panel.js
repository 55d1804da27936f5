// One step, taken apart: its parts as arrows and shapes on the map, and as the coloured terms of the formula.

/** @import { Box, Header, Point, Runner, Track, Words } from '../stage/types.js' */
/** @import { MapFrame } from '../stage/map/frame.js' */
/** @import { Context, Surroundings } from '../stage/panel.js' */
/** @import { Segment, Shape } from './shapes.js' */
/** @typedef {{ term: string, adds: boolean, caption: string, shape: Shape }} StepPart */

/**
 * @typedef {object} Dissection what an answer says of the step
 * @property {number} lane
 * @property {number} step
 * @property {Point} at
 * @property {StepPart[]} parts
 * @property {number | null} slope
 * @property {number | null} curvature
 * @property {number | null} predicted
 * @property {number | null} real
 * @property {boolean} curvatureWins
 */

import { element } from '../stage/dom.js'
import { fill, short } from '../stage/format.js'
import { CasePanel } from '../stage/panel.js'
import { paintSearch } from './search.js'
import { distance, drawShape } from './shapes.js'

const LONGEST = 110 // pixels of the longest gradient
const NEAR = 10 // pixels: a pointer nearer than this to a shape lights it
const ZOOM = 2.2 // of what a zoom shows, in lengths of the step or of a triangle, each way
const OTHERS = ['clipped', 'held'] // terms that no formula has
/** @type {Record<string, string>} */
const SIGNS = { step: 'Δθ', clipped: 'clip(g)', held: 'clip(Δθ)' }
const MATHML = 'http://www.w3.org/1998/Math/MathML'

/** @param {number | null} number */
const numberText = (number) => (number === null ? '∞' : short(number, 3))

/**
 * How high a shape lies: what is wide, what the other arrows add up to, and the rest.
 *
 * @param {StepPart} part
 */
function depthOf({ shape, adds }) {
  if (shape.kind === 'model') return 0
  return 'unit' in shape && shape.unit === 'step' && !adds ? 1 : 2
}

/**
 * How long a shape is that is drawn at any scale; nothing if it is none.
 *
 * @param {Shape} shape
 */
function gradientSize(shape) {
  if (!('unit' in shape) || shape.unit !== 'gradient') return []
  return [Math.hypot(...(shape.kind === 'arrow' ? shape.vector : shape.half))]
}

/**
 * How far a shape reaches from a point, in units of the map.
 *
 * @param {Shape} shape
 * @param {Point} point
 */
function reachOf(shape, [x, y]) {
  if (shape.kind === 'triangle') return shape.corners.map(([u, v]) => Math.hypot(u - x, v - y))
  return shape.kind === 'arrow' && shape.unit === 'step' ? [Math.hypot(...shape.vector)] : []
}

export default class StepPanel extends CasePanel {
  /** @override */
  hasParts = true
  #formula = element('div', { class: 'slalom-terms-formula' })
  #chips = element('div', { class: 'slalom-terms', role: 'group' })
  #zoom = element('button', { class: 'slalom-chip', onclick: () => this.#zoomIn() })
  #change = element('p', { class: 'slalom-change' })
  #search = element('canvas', { class: 'slalom-search', hidden: true, role: 'img' })
  #caption = element('p', { class: 'slalom-caption', role: 'status' })
  #card = element('section', { class: 'slalom-card slalom-anatomy' })
  /** @type {Dissection | null} */
  #dissection = null
  #asked = -1 // the step
  /** @type {string[]} */
  #terms = [] // of the formula
  /** @type {string | null} */
  #lit = null // the term that the pointer is on
  /** @type {{ term: string, segment: Segment }[]} */
  #places = [] // where the shapes are on the screen
  #key = '' // of the card
  #chipKey = ''

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    super(surroundings)
    this.#card.append(this.#formula, this.#chips, this.#change, this.#search)
    this.#formula.addEventListener('pointerover', (event) => this.#light(this.#termOf(event.target)))
    this.#formula.addEventListener('pointerleave', () => this.#light(null))
  }

  /** @override */
  cards() {
    return [this.#card, this.chart.element]
  }

  /** @override */
  captions() {
    return [this.#caption]
  }

  get #chosen() {
    return this.store.view.chosen
  }

  // ---- the answer ----

  /** @override */
  query() {
    this.#asked = Math.floor(this.playback.playhead)
    return { dissect: { lane: this.#chosen, step: this.#asked } }
  }

  /** @override @param {Header & { dissect: Dissection | null }} header */
  receive({ dissect }) {
    this.#dissection = dissect
  }

  /**
   * @override
   * @param {Track[]} tracks
   * @returns {Runner[]}
   */
  runners(tracks) {
    return tracks.flatMap((track) => {
      const { index, path, style } = track
      if (index !== this.#chosen || !style) return []
      return [{ track, path, style: { ...style, dash: [], width: 1.6 }, name: '', kind: 'path' }]
    })
  }

  // ---- the parts ----

  get #last() {
    return (this.#dissection?.parts.length ?? 0) - 1
  }

  /** The part that is shown now, and all before it. */
  get #current() {
    return Math.min(this.store.view.part ?? this.#last, this.#last)
  }

  get #parts() {
    return (this.#dissection?.parts ?? []).slice(0, this.#current + 1)
  }

  /**
   * One part on or back, and from the last part of a step to the first of the next.
   *
   * @override
   * @param {number} way
   */
  nudge(way) {
    if (!this.#dissection) return
    const { step } = this.#dissection
    const next = this.#current + way
    if (next >= 0 && next <= this.#last) this.#showPart(next)
    else if (way > 0 && step + 1 < this.playback.end) this.#goTo(step + 1, 0)
    else if (way < 0 && step > 0) this.#goTo(step - 1, null)
  }

  /** @param {number} part */
  #showPart(part) {
    this.store.showPart(part < this.#last ? part : null)
  }

  /** @param {number} step @param {number | null} part */
  #goTo(step, part) {
    this.playback.seek(step)
    this.store.showPart(part)
  }

  // Shows the step so large that its parts can be told apart.
  #zoomIn() {
    if (!this.#dissection) return
    const { at, parts } = this.#dissection
    const reach = ZOOM * Math.max(...parts.flatMap(({ shape }) => reachOf(shape, at)), 1e-6)
    /** @type {Box} */
    const window = [at[0] - reach, at[0] + reach, at[1] - reach, at[1] + reach]
    this.store.changeView({ window })
  }

  // ---- what stands out ----

  /** @param {string} term */
  #colour(term) {
    const { theme } = this.appearance
    if (term === 'step') return theme.text
    const colours = this.store.catalogue.palette.runners[theme.name]
    const place = [...this.#terms, ...OTHERS].indexOf(term)
    return colours[1 + (place % (colours.length - 1))]
  }

  /** What the pointer is on, else the part that was added last. */
  get #strong() {
    return this.#lit ?? this.#dissection?.parts[this.#current]?.term
  }

  /** @param {string | null} term */
  #light(term) {
    if (term === this.#lit) return
    this.#lit = term
    this.renderer.paint('runners', 'board')
  }

  /** @param {EventTarget | null} target */
  #termOf(target) {
    if (!(target instanceof Element)) return null
    return target.closest('[class]:not(.slalom-terms-formula)')?.getAttribute('class') ?? null
  }

  /** @override @param {Point | null} place */
  hover(place) {
    this.#light(place && this.#near(place))
  }

  /** @param {Point} place */
  #near(place) {
    /** @type {string | null} */
    let best = null
    let nearest = NEAR
    for (const { term, segment } of this.#places) {
      const away = distance(place, segment)
      if (away < nearest) [best, nearest] = [term, away]
    }
    return best
  }

  // ---- the map ----

  /**
   * @override
   * @param {Context} context
   * @param {MapFrame} frame
   */
  paintOverlay(context, frame) {
    this.#places = []
    if (!this.#dissection || !this.store.isInStep || this.#dissection.lane !== this.#chosen) return
    const { theme, unit } = this.appearance
    const longest = Math.max(...this.#dissection.parts.flatMap(({ shape }) => gradientSize(shape)), Number.MIN_VALUE)
    /** @type {Point} */
    const size = [frame.width, frame.height]
    const brush = { context, window: frame.window, size, theme, unit, scale: (LONGEST * unit) / longest }
    const parts = this.#parts.map((part, i) => ({ part, i, depth: depthOf(part) }))
    for (const { part, depth } of parts.sort((a, b) => a.depth - b.depth || a.i - b.i)) {
      const isStrong = this.#strong === part.term
      const width = (isStrong ? 4.6 : 2.8) + (depth === 1 ? 4 : 0)
      context.globalAlpha = !isStrong && this.#lit ? 0.3 : 1
      const segments = drawShape(part.shape, { ...brush, colour: this.#colour(part.term), width, isStrong })
      this.#places.push(...segments.map((segment) => ({ term: part.term, segment })))
      context.globalAlpha = 1
    }
  }

  // ---- the card: the formula, the parts and what the step does to the loss ----

  /** @override */
  label() {
    const { words, optimizers } = this.store.catalogue
    const name = this.store.race.lanes[this.#chosen]?.optimizer
    this.#zoom.textContent = words.zoomToStep
    this.#chips.setAttribute('aria-label', words.parts)
    this.#search.setAttribute('aria-label', words.searchLabel)
    this.#formula.innerHTML = name ? optimizers[name].formula : '' // declared with the optimizer, made on the server
    this.#terms = [...new Set(this.#marked().map(({ term }) => term))]
    this.#key = ''
  }

  /** The pieces of the formula that are terms. */
  #marked() {
    const nodes = [...this.#formula.querySelectorAll('[class]')]
    return nodes.map((node) => ({ node: /** @type {MathMLElement} */ (node), term: node.getAttribute('class') ?? '' }))
  }

  /** @override */
  paint() {
    if (Math.floor(this.playback.playhead) !== this.#asked) this.ask(true)
    const dissection = this.store.isInStep && this.#dissection?.lane === this.#chosen ? this.#dissection : null
    this.#chips.hidden = this.#change.hidden = !dissection
    this.#paintCaption(dissection)
    const now = [this.#dissection, this.#current, this.#lit, this.appearance.theme.name, dissection !== null]
    const key = JSON.stringify(now)
    if (key === this.#key) return
    this.#key = key
    for (const { node, term } of this.#marked()) {
      node.style.color = this.#colour(term)
      node.toggleAttribute('data-lit', term === this.#strong)
    }
    if (!dissection) return
    this.#paintChips(dissection)
    this.#paintChange(dissection, this.store.catalogue.words)
    this.#paintSearch()
  }

  /** @param {Dissection | null} dissection */
  #paintCaption(dissection) {
    const part = dissection?.parts[this.#current]
    this.#caption.textContent = part ? part.caption : this.store.catalogue.words.noStep
    this.#caption.style.borderColor = part ? this.#colour(part.term) : ''
  }

  /**
   * The chips stay while their terms do: one that was replaced between press and release would lose the click.
   *
   * @param {Dissection} dissection
   */
  #paintChips({ parts }) {
    const key = [this.store.race.lanes[this.#chosen].optimizer, ...parts.map(({ term }) => term)].join()
    if (key !== this.#chipKey) {
      this.#chips.replaceChildren(...parts.map(({ term }, i) => this.#createChip(term, i)), this.#zoom)
    }
    this.#chipKey = key
    for (const [i, { term, caption }] of parts.entries()) {
      const chip = /** @type {HTMLElement} */ (this.#chips.children[i])
      chip.title = caption
      chip.setAttribute('aria-label', caption)
      chip.setAttribute('aria-pressed', String(i === this.#current))
      chip.style.color = this.#colour(term)
      chip.toggleAttribute('data-later', i > this.#current)
    }
  }

  /** @param {string} term @param {number} i */
  #createChip(term, i) {
    const chip = element('button', {
      class: 'slalom-chip slalom-term',
      onclick: () => {
        this.playback.pause()
        this.#showPart(i)
      },
      onpointerenter: () => this.#light(term),
      onpointerleave: () => this.#light(null),
    })
    chip.append(this.#signOf(term))
    return chip
  }

  /**
   * A term as the formula has it, or a sign of its own.
   *
   * @param {string} term
   */
  #signOf(term) {
    const marked = this.#formula.querySelector(`.${term}`)
    if (!marked) return SIGNS[term] ?? term
    const math = document.createElementNS(MATHML, 'math')
    math.append(...[...marked.childNodes].map((node) => node.cloneNode(true)))
    for (const inner of math.querySelectorAll('[class]')) inner.removeAttribute('class')
    return math
  }

  /** @param {Dissection} dissection @param {Words} words */
  #paintChange({ slope, curvature, predicted, real, curvatureWins }, words) {
    const numbers = { slope: numberText(slope), curvature: numberText(curvature), predicted: numberText(predicted) }
    this.#change.replaceChildren(
      element('span', { textContent: fill(words.changePredicted, numbers) }),
      element('b', { textContent: fill(words.changeReal, { real: numberText(real) }) }),
      ...(curvatureWins ? [element('strong', { textContent: words.curvatureWins })] : []),
    )
    this.#change.toggleAttribute('data-warning', curvatureWins)
  }

  #paintSearch() {
    const shape = this.#parts.map((part) => part.shape).find((one) => one.kind === 'search')
    this.#search.hidden = !shape
    const { theme, unit } = this.appearance
    if (shape) paintSearch(this.#search, shape, this.#colour('search'), theme, unit)
  }
}
