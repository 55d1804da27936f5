// What is to be painted: it is painted in the next frame, each part once.

/** @import { Part } from './types.js' */
/** @import { Playback } from './playback.js' */

const MOVING = /** @type {const} */ (['runners', 'chart', 'board', 'timeline']) // what a playhead that plays changes

export class Renderer {
  /** @type {Set<Part>} */
  #dirty = new Set()
  #frame = 0
  #isFresh = false // something was painted since the last frame
  #playback
  /** @type {((parts: Set<Part>) => void) | null} */
  #draw = null

  /** @param {Playback} playback */
  constructor(playback) {
    this.#playback = playback
  }

  /** @param {(parts: Set<Part>) => void} draw paints the parts; all of them, where "all" is among them */
  begin(draw) {
    this.#draw = draw
  }

  /** @param {Part[]} parts to be painted in the next frame */
  paint(...parts) {
    for (const part of parts) this.#dirty.add(part)
    if (!this.#frame) this.#frame = requestAnimationFrame((now) => this.#run(now))
  }

  /** Paints everything at once: it is on the screen in the very next frame. */
  paintNow() {
    this.#dirty.add('all')
    cancelAnimationFrame(this.#frame)
    this.#run(performance.now())
    this.#isFresh = true
    requestAnimationFrame(() => (this.#isFresh = false))
  }

  /** Paints everything at once; what comes a second time within a frame waits for the next. */
  paintSoon() {
    if (this.#isFresh) this.paint('all')
    else this.paintNow()
  }

  close() {
    this.#draw = null
    cancelAnimationFrame(this.#frame)
  }

  /** @param {number} now */
  #run(now) {
    this.#frame = 0
    const isPlaying = this.#playback.playing
    this.#playback.advance(now)
    const parts = this.#dirty
    if (isPlaying) for (const part of MOVING) parts.add(part)
    this.#dirty = new Set()
    this.#draw?.(parts)
    if (this.#playback.playing) this.paint('timeline')
  }
}
