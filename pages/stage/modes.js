// The buttons on the map: map or 3D view, and the whole map.

/** @import { View } from './types.js' */
/** @import { MapFrame } from './map/frame.js' */
/** @import { Store } from './store.js' */

import { element } from './dom.js'
import { wholeBox } from './map/window.js'

export class Modes {
  element = element('div', { class: 'slalom-modes', role: 'group' })
  whole = element('button', { class: 'slalom-chip', hidden: true, onclick: () => this.#showWhole() })
  /** @type {Record<View['mode'], HTMLButtonElement>} */
  #chips
  #store
  #frame

  /**
   * @param {Store} store
   * @param {MapFrame} frame of the first map
   */
  constructor(store, frame) {
    this.#store = store
    this.#frame = frame
    this.#chips = { map: this.#chip('map'), '3d': this.#chip('3d') }
    this.element.append(...Object.values(this.#chips))
  }

  /** @param {View['mode']} mode */
  #chip(mode) {
    return element('button', { class: 'slalom-chip', onclick: () => this.#store.changeView({ mode }) })
  }

  #showWhole() {
    this.#store.changeView({ window: wholeBox(this.#frame.landscape.domain, this.#store.race.start) })
  }

  label() {
    const { words } = this.#store.catalogue
    this.#chips.map.textContent = words.map
    this.#chips['3d'].textContent = words.threeD
    this.whole.textContent = words.wholeMap
  }

  paint() {
    const { mode, window } = this.#store.view
    for (const [name, chip] of Object.entries(this.#chips)) chip.ariaPressed = String(name === mode)
    this.whole.hidden = mode !== 'map' || (!window && this.#frame.containsStart)
  }
}
