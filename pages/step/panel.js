// The parts of one step: arrows and shapes on the map, and coloured terms of the formula.

/** @import { Box, Header, Point, Runner, Track, Words } from '../stage/types.js' */
/** @import { MapFrame } from '../stage/map/frame.js' */
/** @import { Context, Surroundings } from '../stage/panel.js' */
/** @import { Segment, Shape } from './shapes.js' */
/** @typedef {{ term: string, adds: boolean, caption: string, shape: Shape }} StepPart */

/**
 * @typedef {object} Dissection the parts of a step, from an answer
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
const NEAR = 10 // pixels: a pointer nearer than this highlights a shape
const ZOOM = 2.2 // half the width of a zoomed window, in lengths of the step or the triangle
const OTHERS = ['clipped', 'held'] // terms that appear in no formula
/** @type {Record<string, string>} */
const SIGNS = { step: 'Δθ', clipped: 'clip(g)', held: 'clip(Δθ)' }
const MATHML = 'http://www.w3.org/1998/Math/MathML'

/** @param {number | null} number */
const numberText = (number) => (number === null ? '∞' : short(number, 3))

/**
 * Return the painting order of a shape: wide ones first, then sums of arrows, then the rest.
 *
 * @param {StepPart} part
 */
function depthOf({ shape, adds }) {
  if (shape.kind === 'model') return 0
  return 'unit' in shape && shape.unit === 'step' && !adds ? 1 : 2
}

/**
 * Return the length of a shape that is drawn at its own scale, in a list; an empty list for other shapes.
 *
 * @param {Shape} shape
 */
function gradientSize(shape) {
  if (!('unit' in shape) || shape.unit !== 'gradient') return []
  return [Math.hypot(...(shape.kind === 'arrow' ? shape.vector : shape.half))]
}

/**
 * Return the distances of a shape's ends from a point, in units of the map.
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
  #queriedStep = -1
  /** @type {string[]} */
  #terms = [] // of the formula
  /** @type {string | null} */
  #hoveredTerm = null
  /** @type {{ term: string, segment: Segment }[]} */
  #segments = [] // of the shapes on the screen
  #key = '' // of the card
  #chipKey = ''

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    super(surroundings)
    this.#card.append(this.#formula, this.#chips, this.#change, this.#search)
    this.#formula.addEventListener('pointerover', (event) => this.#highlight(this.#termOf(event.target)))
    this.#formula.addEventListener('pointerleave', () => this.#highlight(null))
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
    this.#queriedStep = Math.floor(this.playback.playhead)
    return { dissect: { lane: this.#chosen, step: this.#queriedStep } }
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

  get #lastPart() {
    return (this.#dissection?.parts.length ?? 0) - 1
  }

  /** The last part that is shown. */
  get #currentPart() {
    return Math.min(this.store.view.part ?? this.#lastPart, this.#lastPart)
  }

  get #parts() {
    return (this.#dissection?.parts ?? []).slice(0, this.#currentPart + 1)
  }

  /**
   * Move by one part, and from the last part of a step to the first of the next.
   *
   * @override
   * @param {number} direction
   */
  nudge(direction) {
    if (!this.#dissection) return
    const { step } = this.#dissection
    const next = this.#currentPart + direction
    if (next >= 0 && next <= this.#lastPart) this.#showPart(next)
    else if (direction > 0 && step + 1 < this.playback.end) this.#goTo(step + 1, 0)
    else if (direction < 0 && step > 0) this.#goTo(step - 1, null)
  }

  /** @param {number} part */
  #showPart(part) {
    this.store.showPart(part < this.#lastPart ? part : null)
  }

  /** @param {number} step @param {number | null} part */
  #goTo(step, part) {
    this.playback.seek(step)
    this.store.showPart(part)
  }

  // Zoom until the parts of the step are distinguishable.
  #zoomIn() {
    if (!this.#dissection) return
    const { at, parts } = this.#dissection
    const reach = ZOOM * Math.max(...parts.flatMap(({ shape }) => reachOf(shape, at)), 1e-6)
    /** @type {Box} */
    const window = [at[0] - reach, at[0] + reach, at[1] - reach, at[1] + reach]
    this.store.changeView({ window })
  }

  // ---- highlighting ----

  /** @param {string} term */
  #colour(term) {
    const { theme } = this.appearance
    if (term === 'step') return theme.text
    const colours = this.store.catalogue.palette.runners[theme.name]
    const place = [...this.#terms, ...OTHERS].indexOf(term)
    return colours[1 + (place % (colours.length - 1))]
  }

  /** The term under the pointer, else that of the current part. */
  get #emphasizedTerm() {
    return this.#hoveredTerm ?? this.#dissection?.parts[this.#currentPart]?.term
  }

  /** @param {string | null} term */
  #highlight(term) {
    if (term === this.#hoveredTerm) return
    this.#hoveredTerm = term
    this.renderer.paint('runners', 'board')
  }

  /** @param {EventTarget | null} target */
  #termOf(target) {
    if (!(target instanceof Element)) return null
    return target.closest('[class]:not(.slalom-terms-formula)')?.getAttribute('class') ?? null
  }

  /** @override @param {Point | null} place */
  hover(place) {
    this.#highlight(place && this.#termNear(place))
  }

  /** @param {Point} place */
  #termNear(place) {
    /** @type {string | null} */
    let best = null
    let nearest = NEAR
    for (const { term, segment } of this.#segments) {
      const gap = distance(place, segment)
      if (gap < nearest) [best, nearest] = [term, gap]
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
    this.#segments = []
    if (!this.#dissection || !this.store.isInStep || this.#dissection.lane !== this.#chosen) return
    const { theme, unit } = this.appearance
    const longest = Math.max(...this.#dissection.parts.flatMap(({ shape }) => gradientSize(shape)), Number.MIN_VALUE)
    /** @type {Point} */
    const size = [frame.width, frame.height]
    const brush = { context, window: frame.window, size, theme, unit, scale: (LONGEST * unit) / longest }
    const parts = this.#parts.map((part, i) => ({ part, i, depth: depthOf(part) }))
    for (const { part, depth } of parts.sort((a, b) => a.depth - b.depth || a.i - b.i)) {
      const isStrong = this.#emphasizedTerm === part.term
      const width = (isStrong ? 4.6 : 2.8) + (depth === 1 ? 4 : 0)
      context.globalAlpha = !isStrong && this.#hoveredTerm ? 0.3 : 1
      const segments = drawShape(part.shape, { ...brush, colour: this.#colour(part.term), width, isStrong })
      this.#segments.push(...segments.map((segment) => ({ term: part.term, segment })))
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
    this.#formula.innerHTML = name ? optimizers[name].formula : '' // MathML from the server's declarations
    this.#terms = [...new Set(this.#termNodes().map(({ term }) => term))]
    this.#key = ''
  }

  /** Return the nodes of the formula that are terms. */
  #termNodes() {
    const nodes = [...this.#formula.querySelectorAll('[class]')]
    return nodes.map((node) => ({ node: /** @type {MathMLElement} */ (node), term: node.getAttribute('class') ?? '' }))
  }

  /** @override */
  paint() {
    if (Math.floor(this.playback.playhead) !== this.#queriedStep) this.ask(true)
    const dissection = this.store.isInStep && this.#dissection?.lane === this.#chosen ? this.#dissection : null
    this.#chips.hidden = this.#change.hidden = !dissection
    this.#paintCaption(dissection)
    const { theme } = this.appearance
    const state = [this.#dissection, this.#currentPart, this.#hoveredTerm, theme.name, dissection !== null]
    const key = JSON.stringify(state)
    if (key === this.#key) return
    this.#key = key
    for (const { node, term } of this.#termNodes()) {
      node.style.color = this.#colour(term)
      node.toggleAttribute('data-lit', term === this.#emphasizedTerm)
    }
    if (!dissection) return
    this.#paintChips(dissection)
    this.#paintChange(dissection, this.store.catalogue.words)
    this.#paintSearch()
  }

  /** @param {Dissection | null} dissection */
  #paintCaption(dissection) {
    const part = dissection?.parts[this.#currentPart]
    this.#caption.textContent = part ? part.caption : this.store.catalogue.words.noStep
    this.#caption.style.borderColor = part ? this.#colour(part.term) : ''
  }

  /**
   * Paint the chips, and replace them only with their terms: a chip replaced between press and release loses the click.
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
      chip.setAttribute('aria-pressed', String(i === this.#currentPart))
      chip.style.color = this.#colour(term)
      chip.toggleAttribute('data-later', i > this.#currentPart)
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
      onpointerenter: () => this.#highlight(term),
      onpointerleave: () => this.#highlight(null),
    })
    chip.append(this.#signOf(term))
    return chip
  }

  /**
   * Return a term as it appears in the formula, or a sign of its own.
   *
   * @param {string} term
   */
  #signOf(term) {
    const node = this.#formula.querySelector(`.${term}`)
    if (!node) return SIGNS[term] ?? term
    const math = document.createElementNS(MATHML, 'math')
    math.append(...[...node.childNodes].map((child) => child.cloneNode(true)))
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
    const shape = this.#parts.map((part) => part.shape).find((candidate) => candidate.kind === 'search')
    this.#search.hidden = !shape
    const { theme, unit } = this.appearance
    if (shape) paintSearch(this.#search, shape, this.#colour('search'), theme, unit)
  }
}
