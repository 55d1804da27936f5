// The start on a map: a handle to drag, or to move by the arrow keys.

/** @import { Point } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { MapFrame } from './frame.js' */
/** @typedef {{ place: Point, from: Point, at: Point, isMoved: boolean }} Grip a drag of the handle */

import { arrowOf, element, isArrow, write } from '../dom.js'
import { fill, short } from '../format.js'
import { clampInside } from './window.js'

const MARGIN = 14 // pixels between the edge and the handle, if the start is outside the map
const KEY = 2 // pixels per press of an arrow key; ten times as many with Shift
const HINT = 90 // width of the hint in pixels

export class StartHandle {
  #store
  #frame
  #hint = element('span', { class: 'slalom-hint', 'aria-hidden': 'true' })
  element = element('div', { class: 'slalom-start', tabIndex: 0, role: 'application' }, this.#hint)
  /** @type {Grip | null} */
  #grip = null

  /**
   * @param {MapFrame} frame
   * @param {Store} store
   */
  constructor(frame, store) {
    this.#frame = frame
    this.#store = store
    this.#listen()
  }

  paint() {
    const { race, catalogue, isTouched } = this.#store
    const place = this.#frame.toScreen(race.start)
    const [px, py] = this.#handlePlace(place)
    this.element.style.transform = `translate(${px}px, ${py}px)`
    this.element.classList.toggle('slalom-outside', px !== place[0] || py !== place[1])
    this.element.classList.toggle('slalom-hint-left', px > this.#frame.width - HINT)
    const [x, y] = race.start.map((value) => short(value, 4))
    this.element.setAttribute('aria-label', fill(catalogue.words.startLabel, { x, y }))
    write(this.#hint, isTouched ? '' : catalogue.words.dragMe)
  }

  /**
   * Return the place of the handle: that of the start, or the nearest one inside the map's edge.
   *
   * @param {Point} place
   */
  #handlePlace(place) {
    return this.#frame.contains(place) ? place : clampInside(place, this.#frame.width, this.#frame.height, MARGIN)
  }

  #listen() {
    const handle = this.element
    handle.addEventListener('pointerdown', (event) => this.#grab(event))
    // A drag does not take the focus, so that the arrow keys still move the playhead; a click takes it.
    handle.addEventListener('mousedown', (event) => event.preventDefault())
    // Where `pointerrawupdate` is supported it comes at once; `pointermove` waits for the next frame.
    handle.addEventListener('pointerrawupdate', (event) => this.#move(/** @type {PointerEvent} */ (event)))
    handle.addEventListener('pointermove', (event) => this.#move(event))
    handle.addEventListener('pointerup', () => this.#drop())
    handle.addEventListener('pointercancel', () => this.#drop())
    handle.addEventListener('keydown', (event) => this.#press(event))
    handle.addEventListener('keyup', (event) => isArrow(event) && this.#store.changeValues(true))
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    if (event.button !== 0) return
    event.stopPropagation()
    event.preventDefault()
    this.element.setPointerCapture(event.pointerId)
    /** @type {Point} */
    const at = [event.clientX, event.clientY]
    const place = this.#handlePlace(this.#frame.toScreen(this.#store.race.start))
    this.#grip = { place, from: at, at, isMoved: false }
    this.element.classList.add('slalom-held')
  }

  /**
   * Move the handle as far as the pointer. Reading the map's position on the page would force a layout.
   *
   * @param {PointerEvent} event
   */
  #move({ clientX: x, clientY: y }) {
    const grip = this.#grip
    if (!grip || (x === grip.at[0] && y === grip.at[1])) return
    Object.assign(grip, { isMoved: true, at: [x, y] })
    const { place, from } = grip
    this.#store.moveStart(this.#frame.toPlane([place[0] + x - from[0], place[1] + y - from[1]]), false)
  }

  #drop() {
    const grip = this.#grip
    if (!grip) return
    this.#grip = null
    this.element.classList.remove('slalom-held')
    if (grip.isMoved) this.#store.changeValues(true)
    else this.element.focus({ preventScroll: true })
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const direction = arrowOf(event)
    if (!direction) return
    event.preventDefault()
    event.stopPropagation()
    const distance = this.#frame.window.unit * (event.shiftKey ? 10 * KEY : KEY)
    const [x, y] = this.#store.race.start
    this.#store.moveStart([x + direction[0] * distance, y + direction[1] * distance], false)
  }
}
