// The frame of a map: its size, and the part of the plane that it shows. No DOM.

/** @import { Point, SurfaceQuery } from '../types.js' */
/** @import { Store } from '../store.js' */

import { boxOf, fitWindow, toPlane, toScreen } from './window.js'

// Pixels between two grid points of the surface, at rest and during a drag.
const CELL = 2.1
const CELL_MOVING = 6
const FINEST = 320 // largest number of columns or rows of a surface

export class MapFrame {
  width = 0
  height = 0
  scale = 1
  #store

  /** @param {Store} store */
  constructor(store) {
    this.#store = store
  }

  /** The landscape that is shown. */
  get landscape() {
    const { catalogue, race } = this.#store
    return catalogue.landscapes[race.landscape]
  }

  get window() {
    const [[x0, x1], [y0, y1]] = this.landscape.domain
    return fitWindow(this.#store.view.window ?? [x0, x1, y0, y1], this.width, this.height)
  }

  /** A key of the part of the plane that is shown. */
  get key() {
    const { x0, x1, y0 } = this.window
    return [x0, x1, y0, this.width, this.height].join()
  }

  /** @param {Point} point */
  toScreen([x, y]) {
    return toScreen(x, y, this.window)
  }

  /** @param {Point} pixel */
  toPlane([px, py]) {
    return toPlane(px, py, this.window)
  }

  /** @param {Point} pixel */
  contains([x, y]) {
    return x >= 0 && y >= 0 && x <= this.width && y <= this.height
  }

  /** Whether the start is on the map. */
  get containsStart() {
    return this.contains(this.toScreen(this.#store.race.start))
  }

  /**
   * Return the query for the surface of the relief.
   *
   * @param {boolean} isMoving
   * @returns {SurfaceQuery}
   */
  surfaceQuery(isMoving) {
    const cell = isMoving ? CELL_MOVING : CELL
    /** @param {number} size */
    const count = (size) => Math.min(FINEST, Math.max(2, Math.round(size / cell)))
    return { window: boxOf(this.window), columns: count(this.width), rows: count(this.height) }
  }
}
