// The playhead: where it stands, whether it plays, and how long the race is. No DOM.

/** @import { Track, View } from './types.js' */
/** @typedef {'start' | 'seek'} Move a race that begins to play, or a playhead that was put somewhere */
/** @typedef {{ moved: Move, nudged: null, finished: null }} Announcements */

import { Clock } from './clock.js'
import { Events } from './events.js'

const SECONDS = 8 // a whole race at speed 1
const SLOWEST = 5 // steps a second
const JUMP = 500 // milliseconds between two pictures with reduced motion

/** @extends {Events<Announcements>} moved by hand, nudged by keys that may go on, finished where it is to stay */
export class Playback extends Events {
  clock = new Clock()
  playhead = 0
  end = 0
  speed = 1
  playing = false
  #wanted = Infinity // where the playhead is to stand, however short the race is just now
  /** @type {number | null} */
  #last = null
  #isReduced

  /** @param {() => boolean} isReduced whether motion is to be reduced */
  constructor(isReduced) {
    super()
    this.#isReduced = isReduced
  }

  /** Where the playhead is to stand, as a view says it: null for the end. */
  get at() {
    return this.playing || this.#wanted === Infinity ? null : this.#wanted
  }

  /**
   * Begins with another race: at rest, where its view says.
   *
   * @param {Pick<View, 'at' | 'clock' | 'price'>} view
   * @param {boolean} showsClock whether the view's clock counts
   */
  reset(view, showsClock) {
    this.playing = false
    this.#wanted = view.at ?? Infinity
    this.clock = showsClock ? new Clock(view) : new Clock()
  }

  /**
   * The tracks that are played: they say how long the race is.
   *
   * @param {Track[]} tracks
   */
  wind(tracks) {
    for (const track of tracks) this.clock.wind(track)
    this.end = Math.max(0, ...tracks.map((track) => track.ticks.at(-1) ?? 0))
    if (!this.playing || this.playhead > this.end) this.playhead = Math.min(this.#wanted, this.end)
  }

  /**
   * Counts by another clock, at the same share of the race.
   *
   * @param {Pick<View, 'clock' | 'price'>} view
   * @param {() => void} rewind winds the tracks that are played
   */
  changeClock(view, rewind) {
    const share = this.end ? this.playhead / this.end : 1
    this.clock = new Clock(view)
    rewind()
    this.seek(Math.round(share * this.end))
  }

  /**
   * The last row of a track at or before the playhead, and how far it is to the next.
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
    this.#last = null
    this.announce('moved', 'start')
  }

  pause() {
    if (!this.playing) return
    this.playing = false
    this.#wanted = this.playhead = Math.round(this.playhead)
    this.announce('finished', null)
    this.announce('moved', 'start')
  }

  /** @param {number} at */
  seek(at) {
    this.playing = false
    this.playhead = Math.min(Math.max(at, 0), this.end)
    this.#wanted = this.playhead >= this.end ? Infinity : this.playhead
    this.announce('moved', 'seek')
  }

  /** @param {number} steps on, or back */
  nudge(steps) {
    this.seek(Math.round(this.playhead) + steps)
    this.announce('nudged', null)
  }

  /** The playhead was let go of where it is. */
  finish() {
    this.announce('finished', null)
  }

  /**
   * Moves the playhead on, if it plays.
   *
   * @param {number} now milliseconds
   */
  advance(now) {
    if (!this.playing) return
    const rate = Math.max(this.end / SECONDS, SLOWEST) * this.speed
    this.#last ??= now
    // With reduced motion the race goes in whole steps, twice a second, without gliding.
    if (this.#isReduced() && now - this.#last < JUMP) return
    this.playhead += ((now - this.#last) / 1000) * rate
    if (this.#isReduced()) this.playhead = Math.ceil(this.playhead)
    this.#last = now
    if (this.playhead < this.end) return
    this.playhead = this.end
    this.playing = false
    this.#wanted = Infinity
    this.announce('finished', null)
  }
}
