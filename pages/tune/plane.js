// A canvas with two axes, each of them linear or logarithmic.

/** @import { Appearance } from '../stage/theme.js' */
/** @typedef {{ low: number, high: number, log: boolean }} Scale */

import { contextOf, element, pixelScale, sizeCanvas } from '../stage/dom.js'
import { scaledEdge } from '../stage/charts/chart.js'
import { power, short } from '../stage/format.js'

const EDGE = { left: 46, right: 10, top: 6, bottom: 22 }
const MAX_TICKS = { across: 6, up: 5 }

/**
 * Return the position of a value on an axis, from 0 to 1.
 *
 * @param {Scale} scale
 * @param {number} value
 */
const shareOf = ({ low, high, log }, value) =>
  log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)

/**
 * Return the values to label on an axis; at most `most` if it is logarithmic.
 *
 * @param {Scale} scale
 * @param {number} most
 */
export function scaleTicks({ low, high, log }, most) {
  if (!log) return [0, 1, 2].map((i) => low + ((high - low) * i) / 2)
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  const interval = Math.max(1, Math.ceil((to - from + 1) / most))
  const list = []
  for (let exponent = from; exponent <= to; exponent += interval) list.push(10 ** exponent)
  return list
}

/** @param {Scale} scale @param {number} value */
const tickText = ({ log }, value) => (log ? power(Math.round(Math.log10(value))) : short(value))

export class Plane {
  canvas = element('canvas', { role: 'img', tabIndex: 0 })
  width = 0
  height = 0
  edge = scaledEdge(EDGE, 1)
  /** @type {Scale | null} */
  across = null
  /** @type {Scale | null} */
  up = null
  #appearance

  /** @param {Appearance} appearance @param {string} name */
  constructor(appearance, name) {
    this.#appearance = appearance
    this.box = element('div', { class: `slalom-plot ${name}` }, this.canvas)
  }

  /** Adapt to the size of the box. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.box
    Object.assign(this, { width, height })
    sizeCanvas(this.canvas, width, height, pixelScale())
  }

  /**
   * Set the axes, and return the context of the cleared canvas.
   *
   * @param {Scale} across
   * @param {Scale} up
   */
  begin(across, up) {
    Object.assign(this, { across, up })
    this.edge = scaledEdge(EDGE, this.#appearance.unit)
    const context = contextOf(this.canvas, pixelScale())
    context.clearRect(0, 0, this.width, this.height)
    return context
  }

  get #innerWidth() {
    return this.width - this.edge.left - this.edge.right
  }

  get #innerHeight() {
    return this.height - this.edge.top - this.edge.bottom
  }

  /** @param {number} value */
  x(value) {
    return this.edge.left + this.#innerWidth * (this.across ? shareOf(this.across, value) : 0)
  }

  /** @param {number} value */
  y(value) {
    return this.height - this.edge.bottom - this.#innerHeight * (this.up ? shareOf(this.up, value) : 0)
  }

  /**
   * Return the position of a place between the axes, as fractions from the left and from the bottom.
   *
   * @param {[number, number]} place
   */
  sharesAt([x, y]) {
    return [(x - this.edge.left) / this.#innerWidth, (this.height - this.edge.bottom - y) / this.#innerHeight]
  }

  /** @param {CanvasRenderingContext2D} context */
  paintAxes(context) {
    const { across, up } = this
    if (!across || !up) return
    const { theme, unit } = this.#appearance
    context.font = `${11.5 * unit}px system-ui, sans-serif`
    context.fillStyle = theme.quiet
    context.textBaseline = 'alphabetic'
    context.textAlign = 'center'
    for (const value of scaleTicks(across, MAX_TICKS.across)) {
      const x = Math.min(this.x(value), this.width - 14 * unit)
      context.fillText(tickText(across, value), x, this.height - 6 * unit)
    }
    context.textBaseline = 'middle'
    context.textAlign = 'right'
    for (const value of scaleTicks(up, MAX_TICKS.up)) {
      context.fillText(tickText(up, value), this.edge.left - 6 * unit, Math.max(this.y(value), 9 * unit))
    }
  }
}
