// The playhead: its position, whether it plays, and the length of the race. No DOM.

/** @import { Track, View } from './types.js' */
/** @typedef {'start' | 'seek'} Move a start or pause of playing, or a jump */
/** @typedef {{ moved: Move, nudged: null, finished: null }} Announcements */

import { Clock } from './clock.js'
import { Events } from './events.js'

const SECONDS = 8 // of a whole race at speed 1
const SLOWEST = 5 // steps per second
const JUMP = 500 // milliseconds between two frames with reduced motion

/** @extends {Events<Announcements>} "nudged" by a key that may repeat, "finished" when a movement ends */
export class Playback extends Events {
  clock = new Clock()
  playhead = 0
  end = 0
  speed = 1
  playing = false
  #target = Infinity // intended position, kept while the race is shorter
  /** @type {number | null} */
  #lastTime = null
  #isReduced

  /** @param {() => boolean} isReduced whether motion is to be reduced */
  constructor(isReduced) {
    super()
    this.#isReduced = isReduced
  }

  /** The position to store in a view: null for the end. */
  get at() {
    return this.playing || this.#target === Infinity ? null : this.#target
  }

  /**
   * Reset for another race: paused, at the position of its view.
   *
   * @param {Pick<View, 'at' | 'clock' | 'price'>} view
   * @param {boolean} showsClock whether to use the view's clock; else count steps
   */
  reset(view, showsClock) {
    this.playing = false
    this.#target = view.at ?? Infinity
    this.clock = showsClock ? new Clock(view) : new Clock()
  }

  /**
   * Set the ticks of the tracks, and the length of the race.
   *
   * @param {Track[]} tracks
   */
  wind(tracks) {
    for (const track of tracks) this.clock.wind(track)
    this.end = Math.max(0, ...tracks.map((track) => track.ticks.at(-1) ?? 0))
    if (!this.playing || this.playhead > this.end) this.playhead = Math.min(this.#target, this.end)
  }

  /**
   * Switch to another clock, at the same fraction of the race.
   *
   * @param {Pick<View, 'clock' | 'price'>} view
   * @param {() => void} rewind calls `wind` again
   */
  changeClock(view, rewind) {
    const share = this.end ? this.playhead / this.end : 1
    this.clock = new Clock(view)
    rewind()
    this.seek(Math.round(share * this.end))
  }

  /**
   * Return the last row of a track at or before the playhead, and the fraction of the way to the next.
   *
   * @param {Track} track
   */
  rowAt(track, at = this.playhead) {
    return this.clock.at(track, at)
  }

  /** @param {Track} track */
  hasEnded(track, at = this.playhead) {
    return at >= (track.ticks.at(-1) ?? 0)
  }

  toggle() {
    if (this.playing) this.pause()
    else this.#start(this.playhead >= this.end ? 0 : this.playhead)
  }

  replay() {
    this.#start(0)
  }

  /** @param {number} from */
  #start(from) {
    this.playhead = from
    this.playing = true
    this.#lastTime = null
    this.announce('moved', 'start')
  }

  pause() {
    if (!this.playing) return
    this.playing = false
    this.#target = this.playhead = Math.round(this.playhead)
    this.announce('finished', null)
    this.announce('moved', 'start')
  }

  /** @param {number} at */
  seek(at) {
    this.playing = false
    this.playhead = Math.min(Math.max(at, 0), this.end)
    this.#target = this.playhead >= this.end ? Infinity : this.playhead
    this.announce('moved', 'seek')
  }

  /** @param {number} steps negative to go back */
  nudge(steps) {
    this.seek(Math.round(this.playhead) + steps)
    this.announce('nudged', null)
  }

  /** End a drag of the playhead. */
  finish() {
    this.announce('finished', null)
  }

  /**
   * Advance the playhead, if it plays.
   *
   * @param {number} now milliseconds
   */
  advance(now) {
    if (!this.playing) return
    const rate = Math.max(this.end / SECONDS, SLOWEST) * this.speed
    this.#lastTime ??= now
    // With reduced motion the playhead jumps by whole steps, twice a second.
    if (this.#isReduced() && now - this.#lastTime < JUMP) return
    this.playhead += ((now - this.#lastTime) / 1000) * rate
    if (this.#isReduced()) this.playhead = Math.ceil(this.playhead)
    this.#lastTime = now
    if (this.playhead < this.end) return
    this.playhead = this.end
    this.playing = false
    this.#target = Infinity
    this.announce('finished', null)
  }
}
