// A surface as a trace and a layout of Plotly. No DOM.

/** @import { Surface, Theme } from '../types.js' */

import { short } from '../format.js'

const HEIGHT = 0.55
const GRID = 110 // points along the longer side: enough to look smooth, few enough to turn smoothly
const LINES = 22 // isolines between the levels 0 and 1
const SHARES = [0, 0.25, 0.5, 0.75, 1] // levels that are labelled with their heights
const CLEAR = 'rgba(0,0,0,0)'

/**
 * Return every `skip`th of `count` places from one end of an axis to the other.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @param {number} skip
 */
function places(low, high, count, skip) {
  const list = []
  for (let i = 0; i < count; i += skip) list.push(low + ((high - low) * i) / (count - 1))
  return list
}

/** @param {Surface} surface @param {Theme} theme */
export function surfaceTrace({ columns, rows, window, level }, theme) {
  const skip = Math.max(1, Math.ceil(Math.max(columns, rows) / GRID))
  const x = places(window[0], window[1], columns, skip)
  const y = places(window[2], window[3], rows, skip)
  const last = theme.relief.length - 1
  return {
    type: 'surface',
    x,
    y,
    z: y.map((_, r) => x.map((__, c) => level[r * skip * columns + c * skip])),
    cmin: 0,
    cmax: 1,
    colorscale: theme.relief.map((colour, i) => [i / last, colour]),
    showscale: false,
    hoverinfo: 'skip',
    contours: {
      x: { highlight: false },
      y: { highlight: false },
      z: { show: true, start: 0, end: 1.2, size: 1 / LINES, color: theme.isolineSolid, width: 1, highlight: false },
    },
    lighting: { ambient: 0.75, diffuse: 0.55, specular: 0.05, roughness: 0.9 },
  }
}

/**
 * @param {Surface} surface
 * @param {Theme} theme
 * @param {{ width: number, height: number }} size
 */
export function sceneLayout({ window, height }, theme, size) {
  const [w, h] = [window[1] - window[0], window[3] - window[2]]
  const longer = Math.max(w, h)
  const axis = {
    title: { text: '' },
    showspikes: false,
    color: theme.quiet,
    gridcolor: theme.line,
    zerolinecolor: theme.line,
    backgroundcolor: CLEAR,
  }
  return {
    ...size,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: CLEAR,
    font: { color: theme.quiet, size: 11 },
    uirevision: 'kept',
    scene: {
      uirevision: 'kept',
      dragmode: 'orbit',
      aspectmode: 'manual',
      aspectratio: { x: (1.25 * w) / longer, y: (1.25 * h) / longer, z: HEIGHT },
      camera: { eye: { x: -0.95, y: -1.15, z: 1.0 }, center: { x: 0, y: 0, z: -0.12 } },
      xaxis: { ...axis, range: [window[0], window[1]] },
      yaxis: { ...axis, range: [window[2], window[3]] },
      zaxis: {
        ...axis,
        range: [-0.02, 1.22],
        tickvals: SHARES,
        ticktext: SHARES.map((share) => short(height(share), 2)),
      },
    },
  }
}
