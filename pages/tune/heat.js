// The heat map: where a run ends, or how soon it arrives, over two numbers of a runner.

/** @import { Style, Theme, View } from '../stage/types.js' */
/** @import { Plane } from './plane.js' */
/** @import { Axis } from './axes.js' */
/** @typedef {Axis & { values: number[], log: boolean }} HeatAxis */

/**
 * @typedef {object} HeatHeader
 * @property {number} lane
 * @property {[HeatAxis, HeatAxis]} axes
 * @property {[name: string, label: string][]} choices of an axis
 * @property {number[][] | null} theory
 */

/** @typedef {HeatHeader & { queried: string, loss: Float32Array, steps: Float32Array }} Heat with the axes of the view */

import { along, channels } from '../stage/colour.js'
import { pictureOf } from '../stage/dom.js'
import { marker, stroke } from '../stage/drawing/strokes.js'

const LOWEST = { loss: 1e-14, steps: 1 }
const DIVERGED = channels('#20242c')
const NEVER = channels('#c3c7cd')
const DASHES = [
  [7, 4],
  [2, 4],
  [2, 4],
] // of theory: where a run is stable, and between which rates it is fastest

/** @param {HeatAxis} axis */
const scaleOf = ({ values, log }) => ({ low: values[0], high: values.at(-1) ?? values[0], log })

/**
 * The pixels of a heat map from the top down.
 *
 * @param {Heat} heat
 * @param {View['measure']} measure
 * @param {string[]} stops
 */
export function heatPixels({ axes, loss, steps }, measure, stops) {
  const [columns, rows] = axes.map((axis) => axis.values.length)
  const ramp = stops.map(channels)
  const values = measure === 'loss' ? loss : steps
  const logs = Array.from(values, (value) => Math.log(Math.max(value, LOWEST[measure])))
  const finite = logs.filter((_, i) => Number.isFinite(values[i]))
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  /** @param {number} i */
  const colour = (i) => {
    if (!Number.isFinite(loss[i])) return DIVERGED
    if (Number.isNaN(values[i])) return NEVER
    const [from, to, part] = along(ramp, Math.min(Math.max((logs[i] - low) / (high - low || 1), 0), 1))
    return from.map((one, c) => one + (to[c] - one) * part)
  }
  const pixels = new Uint8ClampedArray(columns * rows * 4)
  for (let i = 0; i < columns * rows; i++) {
    const row = Math.floor(i / columns)
    pixels.set([...colour(i), 255], ((rows - 1 - row) * columns + (i % columns)) * 4)
  }
  return pixels
}

/**
 * Draws the heat map with what theory says of it, and where the runner is.
 *
 * @param {Plane} plane
 * @param {Heat} heat
 * @param {number[]} numbers of the runner
 * @param {View['measure']} measure
 * @param {Style} style
 * @param {Theme} theme
 */
export function paintHeat(plane, heat, [u, v], measure, style, theme) {
  const [across, up] = heat.axes.map(scaleOf)
  const [columns, rows] = heat.axes.map((axis) => axis.values.length)
  const context = plane.begin(across, up)
  const [left, right] = [plane.x(across.low), plane.x(across.high)]
  const [bottom, top] = [plane.y(up.low), plane.y(up.high)]
  const [cw, ch] = [(right - left) / Math.max(columns - 1, 1), (bottom - top) / Math.max(rows - 1, 1)]
  const image = pictureOf(new ImageData(heatPixels(heat, measure, theme.relief), columns, rows))
  context.save()
  context.beginPath()
  context.rect(left, top, right - left, bottom - top)
  context.clip()
  context.imageSmoothingEnabled = false
  context.drawImage(image, left - cw / 2, top - ch / 2, cw * columns, ch * rows)
  for (const [which, dash] of DASHES.entries()) {
    const points = theoryPoints(plane, heat, which)
    if (points.length) stroke(context, points, { colour: theme.text, width: 2, dash }, theme.halo)
  }
  context.restore()
  plane.paintAxes(context)
  marker(context, [plane.x(u), plane.y(v)], { ...style, marker: 'circle' }, theme.halo, 6)
}

/** @param {Plane} plane @param {Heat} heat @param {number} which */
function theoryPoints(plane, { theory, axes }, which) {
  return (theory ?? []).flatMap((rates, row) =>
    rates[which] === undefined ? [] : [plane.x(rates[which]), plane.y(axes[1].values[row])],
  )
}
