// The bands: the final loss of every runner over its learning rate, and how wide the rates are that work.

/** @import { Style, Theme } from '../stage/types.js' */
/** @import { Plane } from './plane.js' */
/** @typedef {{ lane: number, rates: number[], decades: number }} BandHeader */
/** @typedef {BandHeader & { losses: Float32Array }} Band three losses of every rate: 10, 50 and 90 % of the seeds */

import { stroke } from '../stage/drawing/strokes.js'

const LOWEST = 1e-14
const DEEPEST = 1e-16 // of the highest loss
const ABOVE = 100 // times the loss at the smallest rate, the plane reaches at most
export const QUANTILES = 3

/** @param {Band[]} bands */
function scalesOf(bands) {
  const finite = bands.flatMap(({ losses }) => [...losses].filter((loss) => Number.isFinite(loss) && loss > 0))
  const highest = Math.max(...finite, LOWEST)
  const first = Math.max(...bands.map(({ losses }) => losses[1]))
  return {
    across: {
      low: Math.min(...bands.map(({ rates }) => rates[0])),
      high: Math.max(...bands.map(({ rates }) => rates.at(-1) ?? 0)),
      log: true,
    },
    up: {
      low: Math.max(Math.min(...finite), highest * DEEPEST, LOWEST),
      high: Math.min(highest, first * ABOVE || highest),
      log: true,
    },
  }
}

/**
 * @param {Plane} plane
 * @param {Band[]} bands
 * @param {Style[]} styles
 * @param {Theme} theme
 */
export function paintBands(plane, bands, styles, theme) {
  const { across, up } = scalesOf(bands)
  const context = plane.begin(across, up)
  plane.paintAxes(context)
  context.save()
  context.beginPath()
  context.rect(plane.edge.left, 0, plane.width, plane.height - plane.edge.bottom)
  context.clip()
  for (const band of bands) {
    const [low, middle, high] = [0, 1, 2].map((which) => pointsOf(plane, band, which, up.low))
    const style = styles[band.lane]
    context.globalAlpha = 0.15
    context.fillStyle = style.colour
    context.beginPath()
    for (let i = 0; i < low.length; i += 2) context.lineTo(low[i], low[i + 1])
    for (let i = high.length - 2; i >= 0; i -= 2) context.lineTo(high[i], high[i + 1])
    context.fill()
    context.globalAlpha = 1
    stroke(context, middle, { ...style, width: 2.2 }, theme.halo)
  }
  context.restore()
}

/**
 * A quantile as points: x, y, x, y, … What is not finite lies far above.
 *
 * @param {Plane} plane
 * @param {Band} band
 * @param {number} which
 * @param {number} lowest
 */
function pointsOf(plane, { rates, losses }, which, lowest) {
  const [foot, sky] = [plane.height - plane.edge.bottom - 1, -plane.height]
  return rates.flatMap((rate, i) => {
    const y = plane.y(Math.max(losses[i * QUANTILES + which], lowest))
    return [plane.x(rate), Math.max(Math.min(y, foot), sky)].map((one) => (Number.isFinite(one) ? one : sky))
  })
}
