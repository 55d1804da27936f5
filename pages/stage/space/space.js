// The race in three dimensions. Plotly draws the surface; the runners are drawn on a canvas above it, projected through
// Plotly's camera, with the same strokes as on the map.

/** @import { Header, Point, Runner, Style, Surface } from '../types.js' */
/** @import { MapView } from '../map/map.js' */
/** @import { Panel } from '../panel.js' */
/** @import { Playback } from '../playback.js' */
/** @import { Renderer } from '../renderer.js' */
/** @import { Store } from '../store.js' */
/** @import { Appearance } from '../theme.js' */
/** @import { Plotly, PlotlyPlot } from './plotly-types.js' */
/** @import { Project } from './projection.js' */
/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{ style: Style, place: Point, text: string }} Head */

/**
 * @typedef {object} Surroundings
 * @property {Store} store
 * @property {Playback} playback
 * @property {Appearance} appearance
 * @property {Panel} panel
 * @property {Pick<Renderer, 'paint'>} renderer
 * @property {MapView} map whose surface is shown
 * @property {() => void} onFailure called if Plotly or WebGL is not available
 */

import { contextOf, element, pixelScale, sizeCanvas } from '../dom.js'
import { Plates } from '../drawing/plates.js'
import { crossing, flag, haloed, head, stroke } from '../drawing/strokes.js'
import { trail } from '../drawing/trail.js'
import { between, planePlaces } from '../map/places.js'
import { whereabouts } from '../map/whereabouts.js'
import { plotly } from './plotly.js'
import { projector } from './projection.js'
import { sceneLayout, surfaceTrace } from './scene.js'

const CONFIG = { displayModeBar: false, responsive: false }
const CHANGES = ['plotly_relayouting', 'plotly_relayout', 'plotly_redraw', 'plotly_afterplot']
const PARTS = 60 // per width of the window: a longer step is split into parts that follow the surface
const MOST_PARTS = 40 // of one step

export class Space {
  #plot = /** @type {PlotlyPlot} */ (/** @type {unknown} */ (element('div', { class: 'slalom-surface' })))
  #canvas = element('canvas', { class: 'slalom-flight', 'aria-hidden': 'true' })
  element = element('div', { class: 'slalom-space', hidden: true }, this.#plot, this.#canvas)
  #width = 0
  #height = 0
  #scale = 1
  #isStale = true // whether the plot shows an outdated surface
  #isDrawing = false
  #isListening = false
  /** @type {Plotly | null} */
  #library = null
  /** @type {{ surface: Surface, theme: string } | null} */
  #shown = null
  #surroundings

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    this.#surroundings = surroundings
  }

  get #isOpen() {
    return !this.element.hidden
  }

  /** Record that the surface has changed. */
  invalidate() {
    this.#isStale = true
  }

  /** @param {boolean} isOpen */
  async show(isOpen) {
    if (isOpen === this.#isOpen && !(isOpen && this.#isStale)) return
    this.element.hidden = !isOpen
    if (!isOpen) return
    try {
      this.#library = await plotly()
      await this.#draw()
    } catch {
      this.#surroundings.onFailure()
    }
  }

  close() {
    this.#library?.purge(this.#plot)
  }

  // Draw the map's surface, and then a newer one that arrived in the meantime.
  async #draw() {
    const { surface } = this.#surroundings.map
    if (!this.#isOpen || !this.#library || !surface || this.#isDrawing) return
    this.#isDrawing = true
    try {
      await this.#react(this.#library, surface)
    } finally {
      this.#isDrawing = false
    }
    this.#surroundings.renderer.paint('runners')
    if (this.#isStale) await this.#draw()
  }

  /** @param {Plotly} library @param {Surface} surface */
  async #react(library, surface) {
    const { theme } = this.#surroundings.appearance
    this.#isStale = false
    this.#resize()
    const layout = sceneLayout(surface, theme, { width: this.#width, height: this.#height })
    await library.react(this.#plot, [surfaceTrace(surface, theme)], layout, CONFIG)
    this.#shown = { surface, theme: theme.name }
    if (this.#isListening) return
    this.#isListening = true
    for (const event of CHANGES) this.#plot.on(event, () => this.#surroundings.renderer.paint('runners'))
  }

  #resize() {
    const { width, height } = this.#surroundings.map.frame
    this.#width = width
    this.#height = height
    this.#scale = pixelScale()
    sizeCanvas(this.#canvas, width, height, this.#scale)
  }

  // The matrices are private to Plotly, whose version is pinned.
  #projector() {
    const scene = this.#plot._fullLayout?.scene?._scene
    const camera = scene?.glplot?.cameraParams
    if (!scene || !camera || !this.#shown) return null
    return projector(this.#shown.surface, camera, scene.dataScale, this.#width, this.#height)
  }

  paint() {
    const { store, appearance } = this.#surroundings
    if (!this.#isOpen || !this.#library) return
    if (this.#isStale || this.#shown?.theme !== appearance.theme.name) {
      this.#draw()
      return
    }
    const project = this.#projector()
    const context = contextOf(this.#canvas, this.#scale)
    context.clearRect(0, 0, this.#width, this.#height)
    const { answer } = store
    if (!project || !answer || answer.landscape !== this.#shown.surface.landscape) return
    this.#paintLandmarks(context, project, answer.header)
    const heads = store
      .shownRunners()
      .flatMap((runner) => this.#paintRunner(context, project, runner, answer.header.origin))
    this.#paintStart(context, project(...store.race.start))
    this.#paintHeads(context, heads)
  }

  /** @param {Context} context @param {Project} project @param {Header} header */
  #paintLandmarks(context, project, { minima, saddles, attained }) {
    const { store, appearance } = this.#surroundings
    const { theme, unit } = appearance
    context.font = `${12 * unit}px system-ui, sans-serif`
    context.textAlign = 'left'
    haloed(context, `↑ ${store.catalogue.words.height}`, 10, this.#height - 12, theme)
    for (const saddle of saddles) {
      const place = project(...saddle)
      if (place) crossing(context, place, theme)
    }
    for (const [i, minimum] of minima.entries()) {
      const place = project(...minimum)
      if (place) flag(context, place, theme, i === 0 && attained)
    }
  }

  /**
   * Paint a runner's path and return its head, which is painted later, above all paths. The head of a runner outside
   * the window is where its path was last visible, with its whereabouts.
   *
   * @param {Context} context
   * @param {Project} project
   * @param {Runner} runner
   * @param {Point} origin
   * @returns {Head[]}
   */
  #paintRunner(context, project, runner, origin) {
    const { store, playback, panel } = this.#surroundings
    const { track, path, style, name } = runner
    const plane = planePlaces(track, path, origin)
    const at = playback.rowAt(track)
    const exit = this.#paintPath(context, style, plane, project, at[0])
    const place = project(...between(plane, at))
    if (place) return [{ style, place, text: name }]
    if (!exit) return []
    return [{ style, place: exit.place, text: name && whereabouts({ store, playback, panel }, runner, exit.row) }]
  }

  /**
   * Paint a path over the surface, cut where it leaves the window. Return its last visible place, and the row after it.
   *
   * @param {Context} context
   * @param {Style} style
   * @param {(row: number) => Point} plane
   * @param {Project} project
   * @param {number} last
   */
  #paintPath(context, style, plane, project, last) {
    /** @type {Point[]} */
    let piece = []
    /** @type {{ place: Point, row: number } | null} */
    let exit = null
    const pieces = [piece]
    for (let row = 0; row <= last; row++) {
      const places = row > 0 ? this.#step(plane(row - 1), plane(row), project) : [project(...plane(row))]
      for (const place of places) {
        if (place) piece.push(place)
        else if (piece.length) pieces.push((piece = []))
      }
      const place = places.at(-1)
      if (place) exit = { place, row: row + 1 }
    }
    for (const points of pieces) {
      if (points.length > 1) this.#paintPiece(context, style, points)
    }
    return exit
  }

  /**
   * Return the places of one step on the screen. A long step is split into parts that follow the surface.
   *
   * @param {Point} from
   * @param {Point} to
   * @param {Project} project
   */
  #step([x0, y0], [x1, y1], project) {
    const [low, high] = this.#shown?.surface.window ?? [0, 1]
    const unit = (high - low) / PARTS
    const parts = Math.min(MOST_PARTS, Math.floor(Math.hypot(x1 - x0, y1 - y0) / unit))
    const places = []
    for (let i = 1; i < parts; i++) places.push(project(x0 + ((x1 - x0) * i) / parts, y0 + ((y1 - y0) * i) / parts))
    return [...places, project(x1, y1)]
  }

  /** @param {Context} context @param {Style} style @param {Point[]} points */
  #paintPiece(context, style, points) {
    stroke(
      context,
      trail((i) => points[i], points.length - 1),
      style,
      this.#surroundings.appearance.theme.halo,
    )
  }

  /** @param {Context} context @param {Point | null} place */
  #paintStart(context, place) {
    if (!place) return
    const { text, halo } = this.#surroundings.appearance.theme
    context.beginPath()
    context.arc(...place, 6, 0, 2 * Math.PI)
    context.fillStyle = text
    context.strokeStyle = halo
    context.lineWidth = 2
    context.fill()
    context.stroke()
  }

  /** @param {Context} context @param {Head[]} heads */
  #paintHeads(context, heads) {
    const { theme, unit } = this.#surroundings.appearance
    const plates = new Plates(context, this.#width, this.#height, theme, unit)
    plates.block([this.#width - 60, 25], 50) // the buttons for map and 3D
    for (const { style, place } of heads) {
      head(context, place, style, theme.halo)
      plates.block(place, 7)
    }
    for (const { style, place, text } of heads) if (text) plates.place(place, text, style.colour)
  }
}
