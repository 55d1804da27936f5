// The same race in three dimensions. Plotly draws the surface; the runners are drawn on a canvas over it, through
// Plotly's own camera, with the same strokes as on the map.

import { element, short } from './format.js'
import { Plates, crossing, flag, haloed, marker, ring, stroke, trail } from './runs.js'

const HEIGHT = 0.55
const LIFT = 0.012
const GRID = 110 // points along the longer side: enough for the eye, light enough to turn

let library = null

function plotly() {
  library ??= new Promise((resolve, reject) => {
    const script = element('script', { src: new URL('plotly/plotly.min.js', import.meta.url).href })
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => {
      library = null
      reject(new Error('plotly'))
    }
    document.head.append(script)
  })
  return library
}

const times = (m, [x, y, z, w]) => [0, 1, 2, 3].map((i) => m[i] * x + m[i + 4] * y + m[i + 8] * z + m[i + 12] * w)

export class Space {
  constructor(stage) {
    this.stage = stage
    this.plot = element('div', { class: 'slalom-surface' })
    this.canvas = element('canvas', { class: 'slalom-flight', 'aria-hidden': 'true' })
    this.element = element('div', { class: 'slalom-space', hidden: true }, this.plot, this.canvas)
    this.stale = true
    this.drawing = false
  }

  get open() {
    return !this.element.hidden
  }

  async show(open) {
    if (open === this.open && !(open && this.stale)) return
    this.element.hidden = !open
    if (!open) return
    try {
      this.library = await plotly()
      await this.draw()
    } catch {
      this.stage.flat()
    }
  }

  close() {
    this.library?.purge(this.plot)
  }

  // Draws the surface that the map has; a newer one that comes meanwhile is drawn after it.
  async draw() {
    const picture = this.stage.map.pictured
    if (!this.open || !this.library || !picture || this.drawing) return
    this.drawing = true
    try {
      await this.#react(picture, this.stage.theme)
    } finally {
      this.drawing = false
    }
    this.stage.paint('runs')
    if (this.stale) await this.draw()
  }

  async #react(picture, theme) {
    this.stale = false
    this.resize()
    await this.library.react(this.plot, [this.#surface(picture, theme)], this.#layout(picture, theme), {
      displayModeBar: false,
      responsive: false,
    })
    this.shown = { picture, theme: theme.name }
    if (!this.listening) {
      this.listening = true
      for (const event of ['plotly_relayouting', 'plotly_relayout', 'plotly_redraw', 'plotly_afterplot']) {
        this.plot.on(event, () => this.stage.paint('runs'))
      }
    }
  }

  #surface({ columns, rows, window, level }, theme) {
    const skip = Math.max(1, Math.ceil(Math.max(columns, rows) / GRID))
    const [x, y, z] = [[], [], []]
    for (let c = 0; c < columns; c += skip) x.push(window[0] + ((window[1] - window[0]) * c) / (columns - 1))
    for (let r = 0; r < rows; r += skip) {
      y.push(window[2] + ((window[3] - window[2]) * r) / (rows - 1))
      const line = []
      for (let c = 0; c < columns; c += skip) line.push(level[r * columns + c])
      z.push(line)
    }
    const last = theme.ground.length - 1
    return {
      type: 'surface',
      x,
      y,
      z,
      cmin: 0,
      cmax: 1,
      colorscale: theme.ground.map((colour, i) => [i / last, colour]),
      showscale: false,
      hoverinfo: 'skip',
      contours: {
        x: { highlight: false },
        y: { highlight: false },
        z: { show: true, start: 0, end: 1.2, size: 1 / 22, color: theme.isolineSolid, width: 1, highlight: false },
      },
      lighting: { ambient: 0.75, diffuse: 0.55, specular: 0.05, roughness: 0.9 },
    }
  }

  #layout({ window, height }, theme) {
    const [w, h] = [window[1] - window[0], window[3] - window[2]]
    const longer = Math.max(w, h)
    const axis = { showspikes: false, color: theme.quiet, gridcolor: theme.line, zerolinecolor: theme.line, backgroundcolor: 'rgba(0,0,0,0)' }
    const shares = [0, 0.25, 0.5, 0.75, 1]
    return {
      width: this.width,
      height: this.height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      paper_bgcolor: 'rgba(0,0,0,0)',
      font: { color: theme.quiet, size: 11 },
      uirevision: 'kept',
      scene: {
        uirevision: 'kept',
        dragmode: 'orbit',
        aspectmode: 'manual',
        aspectratio: { x: (1.25 * w) / longer, y: (1.25 * h) / longer, z: HEIGHT },
        camera: { eye: { x: -0.95, y: -1.15, z: 1.0 }, center: { x: 0, y: 0, z: -0.12 } },
        xaxis: { ...axis, title: { text: '' }, range: [window[0], window[1]] },
        yaxis: { ...axis, title: { text: '' }, range: [window[2], window[3]] },
        zaxis: {
          ...axis,
          title: { text: '' },
          range: [-0.02, 1.22],
          tickvals: shares,
          ticktext: shares.map((share) => short(height(share), 2)),
        },
      },
    }
  }

  resize() {
    const { clientWidth, clientHeight } = this.stage.map.element
    this.width = clientWidth
    this.height = clientHeight
    this.scale = Math.min(devicePixelRatio || 1, 2)
    this.canvas.width = Math.round(clientWidth * this.scale)
    this.canvas.height = Math.round(clientHeight * this.scale)
  }

  // From the plane to the screen through the scene's camera. Plotly keeps its matrices to itself; the bundle is pinned.
  #projector() {
    const scene = this.plot._fullLayout?.scene?._scene
    const camera = scene?.glplot?.cameraParams
    if (!camera) return null
    const [sx, sy, sz] = scene.dataScale
    const { window, level, columns, rows } = this.shown.picture
    const lift = (x, y) => {
      const c = ((x - window[0]) / (window[1] - window[0])) * (columns - 1)
      const r = ((y - window[2]) / (window[3] - window[2])) * (rows - 1)
      if (!(c >= 0 && r >= 0 && c <= columns - 1 && r <= rows - 1)) return null
      const [c0, r0] = [Math.min(Math.floor(c), columns - 2), Math.min(Math.floor(r), rows - 2)]
      const [u, v] = [c - c0, r - r0]
      const i = r0 * columns + c0
      return (level[i] * (1 - u) + level[i + 1] * u) * (1 - v) + (level[i + columns] * (1 - u) + level[i + columns + 1] * u) * v
    }
    return (x, y) => {
      const z = lift(x, y)
      if (z === null) return null
      const world = [x * sx, y * sy, (z + LIFT) * sz, 1]
      const [px, py, , pw] = times(camera.projection, times(camera.view, times(camera.model, world)))
      return [(0.5 + px / pw / 2) * this.width, (0.5 - py / pw / 2) * this.height]
    }
  }

  paint() {
    const { stage } = this
    if (!this.open || !this.library) return
    if (this.stale || this.shown?.theme !== stage.theme.name) {
      this.draw()
      return
    }
    const project = this.#projector()
    const context = this.canvas.getContext('2d')
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    context.clearRect(0, 0, this.width, this.height)
    if (!project || stage.answer?.landscape !== this.shown.picture.landscape) return
    const { minima, saddles, attained } = stage.answer.header
    context.font = `${12 * stage.unit}px system-ui, sans-serif`
    context.textAlign = 'left'
    haloed(context, `↑ ${stage.catalogue.words.height}`, 10, this.height - 12, stage.theme)
    for (const place of saddles.map(([x, y]) => project(x, y))) if (place) crossing(context, ...place, stage.theme)
    for (const [i, place] of minima.map(([x, y]) => project(x, y)).entries()) {
      if (place) flag(context, ...place, stage.theme, i === 0 && attained)
    }
    const plates = new Plates(context, this.width, this.height, stage.theme, stage.unit)
    plates.block(this.width - 60, 25, 50) // the switch between map and 3D
    const heads = []
    for (const { lane, offset, style, name } of stage.shownRunners()) {
      const { numbers } = lane
      const [ox, oy] = stage.answer.header.origin
      const plane = (row) => [numbers[offset + row * 4] + ox, numbers[offset + row * 4 + 1] + oy]
      const [row, part] = stage.rowAt(lane)
      const seen = this.#flight(context, style, plane, project, row)
      const [x, y] = plane(row)
      const [nx, ny] = part > 0 ? plane(row + 1) : [x, y]
      const tip = project(x + (nx - x) * part, y + (ny - y) * part)
      // A runner that has left is told where it was last seen.
      if (tip) heads.push({ style, tip, text: name })
      else if (seen) heads.push({ style, tip: seen.place, text: name && stage.map.told(lane, name, seen.row) })
    }
    const start = project(...stage.race.start)
    if (start) {
      context.beginPath()
      context.arc(...start, 6, 0, 2 * Math.PI)
      context.fillStyle = stage.theme.text
      context.strokeStyle = stage.theme.halo
      context.lineWidth = 2
      context.fill()
      context.stroke()
    }
    for (const { style, tip } of heads) {
      if (style.ring) ring(context, ...tip, style, stage.theme.halo)
      else marker(context, ...tip, style, stage.theme.halo)
      plates.block(...tip, 7)
    }
    for (const { style, tip, text } of heads) if (text) plates.place(...tip, text, style.colour)
  }

  // A path over the surface, cut where it leaves the window. Long steps follow the ground. Returns where it was last
  // seen, and the row that led away from there.
  #flight(context, style, plane, project, last) {
    let piece = []
    let seen = null
    const pieces = [piece]
    const add = (point) => {
      if (point) piece.push(point)
      else if (piece.length) pieces.push((piece = []))
    }
    const { window } = this.shown.picture
    const unit = (window[1] - window[0]) / 60
    for (let row = 0; row <= last; row++) {
      const [x, y] = plane(row)
      if (row > 0) {
        const [lx, ly] = plane(row - 1)
        const parts = Math.min(40, Math.floor(Math.hypot(x - lx, y - ly) / unit))
        for (let i = 1; i < parts; i++) add(project(lx + ((x - lx) * i) / parts, ly + ((y - ly) * i) / parts))
      }
      const place = project(x, y)
      add(place)
      if (place) seen = { place, row: row + 1 }
    }
    for (const points of pieces) {
      if (points.length > 1) stroke(context, trail((i) => points[i], points.length - 1), style, this.stage.theme.halo)
    }
    return seen
  }
}
