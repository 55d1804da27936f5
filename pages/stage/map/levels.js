// The relief of a surface: tinted by the logarithm of its height, shaded by its slope. No DOM.
// Heights are f - infimum on a grid, row by row from the bottom up.

import { along, channels } from '../colour.js'

const FLOOR = 1e-4 // relative to high ground; everything lower is one valley floor

/** @param {Float32Array} heights */
function finiteOf(heights) {
  const finite = new Float32Array(heights.length)
  let count = 0
  for (let i = 0; i < heights.length; i++) if (Number.isFinite(heights[i])) finite[count++] = heights[i]
  return finite.subarray(0, count)
}

/**
 * Return the level at every grid point, 0 on the valley floor and 1 on high ground, and a function from a level to its
 * height, for the axis of the 3D view.
 *
 * @param {Float32Array} heights
 * @returns {{ level: Float32Array, height(level: number): number }}
 */
export function levels(heights) {
  const finite = finiteOf(heights).sort()
  /** @param {number} share */
  const at = (share) => finite[Math.min(finite.length - 1, Math.floor(share * finite.length))] ?? 0
  const offset = Math.max(FLOOR * at(0.9), 1e-30)
  const [low, high] = [Math.log(at(0.002) + offset), Math.log(at(0.995) + offset)]
  const span = Math.max(high - low, 1e-3)
  const level = new Float32Array(heights.length)
  for (let i = 0; i < heights.length; i++) {
    const share = (Math.log(heights[i] + offset) - low) / span
    level[i] = Number.isFinite(heights[i]) ? Math.min(Math.max(share, 0), 1.2) : 1.2
  }
  return { level, height: (share) => Math.exp(low + share * span) - offset }
}

/**
 * Average neighbours, 1 2 1 in both directions: a valley narrower than a cell would look like a string of beads.
 *
 * @param {Float32Array} level
 * @param {number} columns
 * @param {number} rows
 */
function smooth(level, columns, rows) {
  /** @param {Float32Array} from @param {number} step @param {number} count @param {(i: number) => number} at */
  const pass = (from, step, count, at) => {
    const to = new Float32Array(from.length)
    for (let i = 0; i < from.length; i++) {
      const place = at(i)
      to[i] = (from[place > 0 ? i - step : i] + 2 * from[i] + from[place < count - 1 ? i + step : i]) / 4
    }
    return to
  }
  const across = pass(level, 1, columns, (i) => i % columns)
  return pass(across, columns, rows, (i) => Math.floor(i / columns))
}

/**
 * Return an image of the relief, one pixel for each grid point, from the top down.
 *
 * @param {Float32Array} heights levels
 * @param {number} columns
 * @param {number} rows
 * @param {string[]} stops colours from the valley floor to the peaks
 * @param {boolean} dark
 */
export function reliefPixels(heights, columns, rows, stops, dark) {
  const level = smooth(heights, columns, rows)
  const ramp = stops.map(channels)
  const pixels = new Uint8ClampedArray(columns * rows * 4)
  const strength = (dark ? 1.1 : 0.7) * (columns / 200)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      const east = level[row * columns + Math.min(column + 1, columns - 1)]
      const west = level[row * columns + Math.max(column - 1, 0)]
      const north = level[Math.min(row + 1, rows - 1) * columns + column]
      const south = level[Math.max(row - 1, 0) * columns + column]
      const slope = (east - west - (north - south)) * strength * 4
      const shade = 1 - Math.max(Math.min(slope, 0.16), -0.07)
      const [from, to, part] = along(ramp, level[i])
      const target = ((rows - 1 - row) * columns + column) * 4
      for (let c = 0; c < 3; c++) pixels[target + c] = (from[c] + (to[c] - from[c]) * part) * shade
      pixels[target + 3] = 255
    }
  }
  return pixels
}
