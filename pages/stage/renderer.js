// What is to be painted: it is painted in the next frame, each part once.

/** @import { Part } from './types.js' */
/** @import { Playback } from './playback.js' */

const LATE = 50 // milliseconds that an answer may take before what it would have painted is painted without it
const MOVING = /** @type {const} */ (['runners', 'chart', 'board', 'timeline']) // what a playhead that plays changes

export class Renderer {
  /** @type {Set<Part>} */
  #dirty = new Set()
  #frame = 0
  #isFresh = false // something was painted since the last frame
  /** @type {ReturnType<typeof setTimeout> | null} */
  #late = null
  /** @type {Set<Part>} */
  #awaited = new Set()
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

  /**
   * Waits for the answer that is on its way, which paints everything. A frame painted before it would delay its own.
   *
   * @param {Part[]} parts that are painted without the answer, if it is late
   */
  paintUnlessAnswered(...parts) {
    for (const part of parts) this.#awaited.add(part)
    this.#late ??= setTimeout(() => {
      this.paint(...this.#awaited)
      this.#stopWaiting()
    }, LATE)
  }

  #stopWaiting() {
    clearTimeout(this.#late ?? undefined)
    this.#late = null
    this.#awaited.clear()
  }

  /** Paints everything at once: it is on the screen in the very next frame. */
  paintNow() {
    this.#dirty.add('all')
    this.#stopWaiting()
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
    this.#stopWaiting()
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
