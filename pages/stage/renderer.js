// Schedules painting: each part at most once in a frame.

/** @import { Part } from './types.js' */
/** @import { Playback } from './playback.js' */

const LATE = 50 // milliseconds to wait for an answer before painting without it
const MOVING = /** @type {const} */ (['runners', 'chart', 'board', 'timeline']) // parts that change during playback

export class Renderer {
  /** @type {Set<Part>} */
  #dirty = new Set()
  #frame = 0
  #isFresh = false // everything was painted since the last frame
  /** @type {ReturnType<typeof setTimeout> | null} */
  #timeout = null
  /** @type {Set<Part>} */
  #deferred = new Set()
  #playback
  /** @type {((parts: Set<Part>) => void) | null} */
  #draw = null

  /** @param {Playback} playback */
  constructor(playback) {
    this.#playback = playback
  }

  /** @param {(parts: Set<Part>) => void} draw paints parts; "all" means every part */
  begin(draw) {
    this.#draw = draw
  }

  /** Paint in the next frame. @param {Part[]} parts */
  paint(...parts) {
    for (const part of parts) this.#dirty.add(part)
    if (!this.#frame) this.#frame = requestAnimationFrame((now) => this.#run(now))
  }

  /**
   * Wait for the answer in flight, which paints everything: a frame painted before it would delay it.
   *
   * @param {Part[]} parts to paint without the answer, if it is late
   */
  paintUnlessAnswered(...parts) {
    for (const part of parts) this.#deferred.add(part)
    this.#timeout ??= setTimeout(() => {
      this.paint(...this.#deferred)
      this.#stopWaiting()
    }, LATE)
  }

  #stopWaiting() {
    clearTimeout(this.#timeout ?? undefined)
    this.#timeout = null
    this.#deferred.clear()
  }

  /** Paint everything now, so that the next frame shows it. */
  paintNow() {
    this.#dirty.add('all')
    this.#stopWaiting()
    cancelAnimationFrame(this.#frame)
    this.#run(performance.now())
    this.#isFresh = true
    requestAnimationFrame(() => (this.#isFresh = false))
  }

  /** Paint everything now, or in the next frame if this frame is already painted. */
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
