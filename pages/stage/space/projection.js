// Projection from the plane to the screen, through the camera of a scene. No DOM.

/** @import { Point, Surface } from '../types.js' */
/** @import { Camera, Matrix } from './plotly-types.js' */
/** @typedef {(x: number, y: number) => Point | null} Project null outside the surface */

const LIFT = 0.012 // height of runners above the surface

/**
 * Multiply a matrix by a vector.
 *
 * @param {Matrix} m
 * @param {number[]} vector
 */
const times = (m, [x, y, z, w]) => [0, 1, 2, 3].map((i) => m[i] * x + m[i + 4] * y + m[i + 8] * z + m[i + 12] * w)

/**
 * Return the level of a surface at a point, interpolated between grid points; null outside.
 *
 * @param {Surface} surface
 * @param {number} x
 * @param {number} y
 */
export function levelAt({ window, level, columns, rows }, x, y) {
  const c = ((x - window[0]) / (window[1] - window[0])) * (columns - 1)
  const r = ((y - window[2]) / (window[3] - window[2])) * (rows - 1)
  if (!(c >= 0 && r >= 0 && c <= columns - 1 && r <= rows - 1)) return null
  const [c0, r0] = [Math.min(Math.floor(c), columns - 2), Math.min(Math.floor(r), rows - 2)]
  const [u, v] = [c - c0, r - r0]
  const i = r0 * columns + c0
  const [south, north] = [i, i + columns].map((corner) => level[corner] * (1 - u) + level[corner + 1] * u)
  return south * (1 - v) + north * v
}

/**
 * @param {Surface} surface
 * @param {Camera} camera
 * @param {number[]} dataScale
 * @param {number} width
 * @param {number} height
 * @returns {Project}
 */
export function projector(surface, camera, [sx, sy, sz], width, height) {
  return (x, y) => {
    const z = levelAt(surface, x, y)
    if (z === null) return null
    const world = [x * sx, y * sy, (z + LIFT) * sz, 1]
    const [px, py, , pw] = times(camera.projection, times(camera.view, times(camera.model, world)))
    return [(0.5 + px / pw / 2) * width, (0.5 - py / pw / 2) * height]
  }
}
