// A map: the relief, the runners above it, the handle of the start, and the gestures of zoom and pan.

/** @import { Surface } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { Playback } from '../playback.js' */
/** @import { Appearance } from '../theme.js' */
/** @import { Panel } from '../panel.js' */

import { element, pixelScale, placeIn, sizeCanvas } from '../dom.js'
import { MapFrame } from './frame.js'
import { Gestures } from './gestures.js'
import { StartHandle } from './handle.js'
import { ReliefLayer } from './relief.js'
import { RunnersLayer } from './runners.js'

/** @param {string} name */
const layer = (name) => element('canvas', { class: `slalom-${name}`, 'aria-hidden': 'true' })

export class MapView {
  /** @type {Surface | null} */
  surface = null // the last one received
  #canvases = { relief: layer('relief'), runners: layer('runners') }
  #only
  #relief
  #runners
  #handle

  /**
   * @param {{ store: Store, playback: Playback, appearance: Appearance, panel: Panel }} stage
   * @param {number | null} only the one lane it shows, null for all
   */
  constructor(stage, only) {
    const { store, panel } = stage
    const { relief, runners } = this.#canvases
    this.#only = only
    this.frame = new MapFrame(store)
    this.element = element('div', { class: 'slalom-map', role: 'group' }, relief, runners)
    this.#relief = new ReliefLayer(relief, this.frame, stage)
    this.#runners = new RunnersLayer(runners, this.frame, stage)
    this.#handle = new StartHandle(this.frame, store)
    this.element.append(this.#handle.element)
    new Gestures(this.element, runners, this.frame, store, panel.startsAnywhere)
    this.#listen(panel)
  }

  /** Adapt the canvases to the element's size. Return whether that has cleared them. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.element
    if (width === this.frame.width && height === this.frame.height) return false
    Object.assign(this.frame, { width, height, scale: pixelScale() })
    for (const canvas of Object.values(this.#canvases)) sizeCanvas(canvas, width, height, this.frame.scale)
    this.#relief.invalidate()
    this.#runners.invalidate()
    return width > 0
  }

  /** @param {string} text */
  label(text) {
    this.element.setAttribute('aria-label', text)
  }

  paintRelief() {
    this.#relief.paint(this.surface, this.#only)
  }

  /** @param {boolean} hasButton whether there is a button at the top of the map */
  paintRunners(hasButton) {
    this.#runners.paint(this.#only, hasButton)
    this.#handle.paint()
  }

  /** @param {Panel} panel receives the place of a hovering pointer */
  #listen(panel) {
    this.element.addEventListener('pointermove', (event) => {
      if (!event.buttons && event.pointerType !== 'touch') panel.hover(placeIn(this.element, event))
    })
    this.element.addEventListener('pointerleave', () => panel.hover(null))
  }
}
