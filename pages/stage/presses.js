// Informs the commit protocol when a pointer is down, and before a press that may open another page.

/** @import { Sync } from './sync.js' */

const RELEASES = /** @type {const} */ (['pointerup', 'pointercancel'])
const PRESSES = /** @type {const} */ (['pointerdown', 'keydown'])

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
    for (const name of PRESSES) document.addEventListener(name, this.#flush, true)
  }

  close() {
    for (const name of RELEASES) document.removeEventListener(name, this.#release)
    for (const name of PRESSES) document.removeEventListener(name, this.#flush, true)
  }

  // Deferred until after the click event of this release.
  #release = () => {
    setTimeout(() => this.#sync.release())
  }

  // The press may open another page: a later commit would lead back to this one.
  #flush = (/** @type {PointerEvent | KeyboardEvent} */ event) => {
    if (!(event instanceof KeyboardEvent) || event.key === 'Enter') this.#sync.flush()
  }
}
