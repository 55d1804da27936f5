// The chart of the excess loss: of one run, or a band over many seeds.

/** @import { Curve, Runner } from '../stage/types.js' */
/** @import { Context } from '../stage/panel.js' */
/** @import { Sources } from '../stage/charts/chart.js' */
/** @import { default as AveragingPanel } from './panel.js' */

import { COLUMNS } from '../stage/answer.js'
import { Chart, trackCurve } from '../stage/charts/chart.js'
import { element } from '../stage/dom.js'
import { haloed, stroke } from '../stage/drawing/strokes.js'
import { MANY_SEEDS } from '../stage/fields.js'
import { fill } from '../stage/format.js'

const LOSS = 2 // column of a path
export const BAND = 4 // numbers per row of a band: the quantiles 10 %, 50 % and 90 %, and the mean
const [LOW, HIGH] = [0, 2]
export const MEAN = 3

export class ExcessChart extends Chart {
  /** @override */
  lowest = 1e-9
  /** @override */
  isLog = true
  #modes = element('div', { class: 'slalom-modes-line', role: 'group' })
  #panel

  /** @param {Sources & Pick<AveragingPanel, 'seeds' | 'shownBlocks' | 'line'>} panel */
  constructor(panel) {
    super(panel)
    this.#panel = panel
    const bar = element('div', { class: 'slalom-bar' }, this.title, this.#modes)
    this.element.replaceChildren(bar, this.box)
  }

  /** @override */
  label() {
    const { words } = this.store.catalogue
    const { seeds } = this.store.view
    this.title.textContent = words.excess
    this.canvas.setAttribute('aria-label', words.excessLabel)
    const many = seeds > 1 ? seeds : MANY_SEEDS // a link may ask for another number
    const focusedIndex = [...this.#modes.children].findIndex((chip) => chip === document.activeElement)
    const chips = [this.#chip(1, words.oneRun), this.#chip(many, fill(words.manySeeds, { count: many }))]
    this.#modes.replaceChildren(...chips)
    this.#modes.setAttribute('aria-label', words.seeds)
    chips[focusedIndex]?.focus()
  }

  /** @param {number} seeds @param {string} textContent */
  #chip(seeds, textContent) {
    return element('button', {
      class: 'slalom-chip',
      textContent,
      'aria-pressed': String(this.store.view.seeds === seeds),
      onclick: () => {
        this.store.changeView({ seeds })
        this.label()
      },
    })
  }

  /** @override */
  curves() {
    if (this.#panel.seeds?.isMany) {
      return this.#panel.shownBlocks().map(({ runner, band }) => this.#panel.line(runner, band, MEAN))
    }
    return this.store.shownRunners().map((runner) => this.#single(runner))
  }

  /** @param {Runner} runner @returns {Curve} */
  #single({ track, path, style }) {
    return trackCurve(this.playback, track, { ...style, dash: [] }, (row) => path[row * COLUMNS + LOSS])
  }

  /**
   * Paint the bands between the quantiles 10 % and 90 % of the seeds.
   *
   * @override
   * @param {Context} context
   */
  paintBehind(context) {
    if (!this.#panel.seeds?.isMany) return
    for (const { runner, band } of this.#panel.shownBlocks()) {
      const [low, high] = [LOW, HIGH].map((column) => this.#panel.line(runner, band, column))
      const [below, above] = [low, high].map((line) => this.points(line))
      context.beginPath()
      for (let row = 0; row < low.rows; row++) context.lineTo(...below(row))
      for (let row = low.rows - 1; row >= 0; row--) context.lineTo(...above(row))
      context.closePath()
      context.globalAlpha = 0.16
      context.fillStyle = runner.style.colour
      context.fill()
      context.globalAlpha = 1
    }
  }

  /**
   * Paint the asymptote of an average of independent noise.
   *
   * @override
   * @param {Context} context
   * @param {boolean} isFaint
   */
  paintBefore(context, isFaint) {
    const constant = this.#panel.seeds?.header.constant ?? 0
    if (!isFaint || !(constant > 0)) return
    const { theme, unit } = this.appearance
    const end = Math.max(this.playback.end, 2)
    const [x0, y0] = [this.x(1), this.y(constant)]
    const [x1, y1] = [this.x(end), this.y(constant / end)]
    stroke(context, [x0, y0, x1, y1], { colour: theme.text, width: 1.4, dash: [3, 4] })
    context.font = `600 ${12 * unit}px system-ui, sans-serif`
    context.textAlign = 'left'
    context.textBaseline = 'bottom'
    haloed(context, '1/k', x0 + (x1 - x0) * 0.72 + 6, y0 + (y1 - y0) * 0.72 - 4, theme)
  }
}
