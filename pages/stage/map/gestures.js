// Zoom and pan of a map, by wheel, mouse and two fingers; on some pages, a press on the map moves the start.

/** @import { Point } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { MapFrame } from './frame.js' */

import { placeIn } from '../dom.js'
import { panBox, zoomBox } from './window.js'

const WHEEL = { pixel: 0.0015, line: 0.05 } // logarithm of the zoom factor per pixel or line of the wheel

/** Return the centre and the distance of two fingers. @param {Point[]} fingers */
function spread([[ax, ay], [bx, by]]) {
  return { x: (ax + bx) / 2, y: (ay + by) / 2, distance: Math.hypot(ax - bx, ay - by) }
}

export class Gestures {
  /** @type {Map<number, Point>} */
  #fingers = new Map()
  #surface
  #frame
  #store
  #startsAnywhere

  /**
   * @param {HTMLElement} map
   * @param {HTMLElement} surface canvas that receives the presses
   * @param {MapFrame} frame
   * @param {Store} store
   * @param {boolean} startsAnywhere whether a press on the map moves the start there
   */
  constructor(map, surface, frame, store, startsAnywhere) {
    this.#surface = surface
    this.#frame = frame
    this.#store = store
    this.#startsAnywhere = startsAnywhere
    surface.addEventListener('pointerdown', (event) => this.#press(event))
    surface.addEventListener('pointermove', (event) => this.#move(event))
    surface.addEventListener('pointerup', (event) => this.#lift(event))
    surface.addEventListener('pointercancel', (event) => this.#lift(event))
    surface.addEventListener('pointerleave', (event) => this.#lift(event))
    surface.addEventListener('dblclick', (event) => this.#moveStart(placeIn(surface, event), true))
    map.addEventListener('wheel', (event) => this.#turnWheel(event, placeIn(map, event)), { passive: false })
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return
    const place = placeIn(this.#surface, event)
    if (this.#startsAnywhere) this.#moveStart(place, false)
    this.#fingers.set(event.pointerId, place)
    // One finger scrolls the page; two move the map.
    if (event.pointerType !== 'touch') this.#surface.setPointerCapture(event.pointerId)
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const last = this.#fingers.get(event.pointerId)
    if (!last) return
    const place = placeIn(this.#surface, event)
    if (this.#fingers.size === 1) this.#moveOne(event, last, place)
    else this.#moveTwo(event, place)
  }

  /** @param {PointerEvent} event @param {Point} last @param {Point} place */
  #moveOne(event, last, place) {
    const [dx, dy] = [place[0] - last[0], place[1] - last[1]]
    this.#fingers.set(event.pointerId, place)
    if (dx === 0 && dy === 0) return
    if (this.#startsAnywhere) this.#moveStart(place, false)
    else if (event.pointerType !== 'touch') this.#pan(dx, dy)
  }

  /** @param {PointerEvent} event @param {Point} place */
  #moveTwo(event, place) {
    const before = spread([...this.#fingers.values()])
    this.#fingers.set(event.pointerId, place)
    const after = spread([...this.#fingers.values()])
    this.#pan(after.x - before.x, after.y - before.y)
    if (after.distance > 0) this.#zoom(before.distance / after.distance, [after.x, after.y])
  }

  /** @param {PointerEvent} event */
  #lift(event) {
    if (this.#fingers.delete(event.pointerId) && this.#startsAnywhere) this.#store.changeValues(true)
  }

  /** @param {WheelEvent} event @param {Point} place */
  #turnWheel(event, place) {
    event.preventDefault()
    this.#zoom(Math.exp(event.deltaY * (event.deltaMode ? WHEEL.line : WHEEL.pixel)), place)
  }

  /** @param {Point} place @param {boolean} isDone */
  #moveStart(place, isDone) {
    this.#store.moveStart(this.#frame.toPlane(place), isDone)
  }

  /** @param {number} dx @param {number} dy */
  #pan(dx, dy) {
    this.#store.moveWindow(panBox(this.#frame.window, dx, dy))
  }

  /** @param {number} factor @param {Point} place */
  #zoom(factor, place) {
    const box = zoomBox(this.#frame.window, factor, place)
    if (box) this.#store.moveWindow(box)
  }
}
