// The bands: quantiles of every runner's final loss over its learning rate.

/** @import { Style, Theme } from '../stage/types.js' */
/** @import { Plane } from './plane.js' */
/** @typedef {{ lane: number, rates: number[], decades: number }} BandHeader */
/** @typedef {BandHeader & { losses: Float32Array }} Band losses: the quantiles 10, 50 and 90 % per rate */

import { stroke } from '../stage/drawing/strokes.js'

const LOWEST = 1e-14
const MAX_FALL = 1e-16 // lowest loss shown, relative to the highest
const MAX_RISE = 100 // highest loss shown, as a multiple of that at the smallest rate
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
      low: Math.max(Math.min(...finite), highest * MAX_FALL, LOWEST),
      high: Math.min(highest, first * MAX_RISE || highest),
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
    const [low, middle, high] = [0, 1, 2].map((quantile) => pointsOf(plane, band, quantile, up.low))
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
 * Return a quantile as coordinates x, y, x, y, … Losses that are not finite lie far above the plane.
 *
 * @param {Plane} plane
 * @param {Band} band
 * @param {number} quantile
 * @param {number} lowest
 */
function pointsOf(plane, { rates, losses }, quantile, lowest) {
  const [foot, sky] = [plane.height - plane.edge.bottom - 1, -plane.height]
  return rates.flatMap((rate, i) => {
    const y = plane.y(Math.max(losses[i * QUANTILES + quantile], lowest))
    return [plane.x(rate), Math.max(Math.min(y, foot), sky)].map((value) => (Number.isFinite(value) ? value : sky))
  })
}
