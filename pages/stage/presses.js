// Tells the commit protocol when a pointer is down on the stage, and when something may lead to another page.

/** @import { Sync } from './sync.js' */

const RELEASES = /** @type {const} */ (['pointerup', 'pointercancel'])
const LEAVES = /** @type {const} */ (['pointerdown', 'keydown'])

export class Presses {
  #sync

  /**
   * @param {HTMLElement} root
   * @param {Pick<Sync<never>, 'hold' | 'release' | 'flush'>} sync
   */
  constructor(root, sync) {
    this.#sync = sync
    root.addEventListener('pointerdown', () => sync.hold())
    for (const name of RELEASES) document.addEventListener(name, this.#release)
    for (const name of LEAVES) document.addEventListener(name, this.#leave, true)
  }

  close() {
    for (const name of RELEASES) document.removeEventListener(name, this.#release)
    for (const name of LEAVES) document.removeEventListener(name, this.#leave, true)
  }

  // After the click that a release may make.
  #release = () => {
    setTimeout(() => this.#sync.release())
  }

  // What comes next may lead to another page: a commit that comes after it would lead back to this one.
  #leave = (/** @type {PointerEvent | KeyboardEvent} */ event) => {
    if (!(event instanceof KeyboardEvent) || event.key === 'Enter') this.#sync.flush()
  }
}
