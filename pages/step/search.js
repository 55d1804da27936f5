// A small chart of the loss along a line search.

/** @import { Theme } from '../stage/types.js' */
/** @import { Search } from './shapes.js' */

import { contextOf, pixelScale, sizeCanvas } from '../stage/dom.js'
import { haloed, stroke } from '../stage/drawing/strokes.js'
import { short } from '../stage/format.js'

const EDGE = 8 // pixels beside the curve
const MAX_RISE = 3 // highest loss shown, as a multiple of the first one

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Search} search
 * @param {string} colour
 * @param {Theme} theme
 * @param {number} unit
 */
export function paintSearch(canvas, { losses, most, taken }, colour, theme, unit) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  sizeCanvas(canvas, width, height, pixelScale())
  const context = contextOf(canvas, pixelScale())
  const finite = losses.filter((loss) => loss !== null)
  const low = Math.min(...finite)
  const high = Math.min(Math.max(...finite), MAX_RISE * Math.max(losses[0] ?? 0, low) || Infinity)
  /** @param {number} a */
  const x = (a) => EDGE + ((width - 2 * EDGE) * a) / most
  /** @param {number} loss */
  const y = (loss) => height - 16 * unit - ((height - 24 * unit) * (loss - low)) / (high - low || 1)
  const points = losses.flatMap((loss, i) =>
    loss === null ? [] : [x((most * i) / (losses.length - 1)), Math.max(y(loss), -height)],
  )
  stroke(context, points, { colour, width: 2, dash: [] })
  const line = [x(taken), 0, x(taken), height - 14 * unit]
  stroke(context, line, { colour: theme.text, width: 1.2, dash: [3, 3] })
  context.font = `${11.5 * unit}px system-ui, sans-serif`
  context.textAlign = 'center'
  haloed(context, `α = ${short(taken)}`, Math.min(Math.max(x(taken), 30), width - 30), height - 3, theme)
}
