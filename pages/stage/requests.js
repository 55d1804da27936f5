// What is asked of the race socket, and when: while a finger moves, a little more often than there are frames.

/** @import { Query, Surface } from './types.js' */
/** @import { MapFrame } from './map/frame.js' */
/** @import { Panel } from './panel.js' */
/** @import { RaceSocket } from './socket.js' */
/** @import { Store } from './store.js' */

const ROWS_MOVING = 3600 // in all lanes, while a finger is down: under 64 kB
const ROWS_STILL = 60000
const PAUSE = 12 // milliseconds between two questions while a finger moves: less than a frame, and no frame is waited for

export class Requests {
  #store
  #panel
  #frame
  #socket
  #isThrottled = false // until the pause is over
  #isDue = false // something waits for that
  #surfaceKey = '' // of the surface that is there
  #columns = 0

  /**
   * @param {Store} store
   * @param {Panel} panel
   * @param {MapFrame} frame
   * @param {Pick<RaceSocket, 'ask'>} socket
   */
  constructor(store, panel, frame, socket) {
    this.#store = store
    this.#panel = panel
    this.#frame = frame
    this.#socket = socket
  }

  /** @param {boolean} isMoving */
  ask(isMoving) {
    if (!this.#frame.width) return
    this.#isDue = isMoving && this.#isThrottled
    if (this.#isDue) return
    if (isMoving) this.#throttle()
    this.#socket.ask(() => this.#query(isMoving), isMoving)
  }

  #throttle() {
    this.#isThrottled = true
    setTimeout(() => {
      this.#isThrottled = false
      if (this.#isDue) this.ask(true)
    }, PAUSE)
  }

  /**
   * Made when it leaves: nothing is in flight then, so what is painted is what was last answered.
   *
   * @param {boolean} isMoving
   * @returns {Query}
   */
  #query(isMoving) {
    const { race, catalogue, subject } = this.#store
    const { cx, cy } = this.#frame.window
    const surface = this.#frame.surfaceQuery(isMoving)
    const surfaceKey = JSON.stringify([race.landscape, race.values, race.blur, surface.window])
    const isStale = surfaceKey !== this.#surfaceKey || (!isMoving && surface.columns !== this.#columns)
    const most = isMoving ? ROWS_MOVING : ROWS_STILL
    return {
      race: structuredClone(race),
      language: catalogue.language,
      rows: Math.floor((most / Math.max(race.lanes.length, 1)) * this.#panel.rowShare),
      subject,
      origin: [cx, cy],
      surface: isStale ? surface : undefined,
      surfaceKey,
      ...this.#panel.query(isMoving, this.#frame),
    }
  }

  /**
   * A surface has come: it is not asked for again.
   *
   * @param {Surface} surface
   * @param {Query} query
   */
  received({ columns }, { surfaceKey }) {
    this.#surfaceKey = surfaceKey
    this.#columns = columns
  }
}
