// Builds the queries of the race socket, and limits their rate during a drag.

/** @import { Query, Surface } from './types.js' */
/** @import { MapFrame } from './map/frame.js' */
/** @import { Panel } from './panel.js' */
/** @import { RaceSocket } from './socket.js' */
/** @import { Store } from './store.js' */

const ROWS_MOVING = 3600 // of all lanes, during a drag: less than 64 kB
const ROWS_STILL = 60000
const PAUSE = 12 // milliseconds between two queries during a drag: less than a frame, so that every frame can have one

export class Requests {
  #store
  #panel
  #frame
  #socket
  #isThrottled = false // until the pause ends
  #isDue = false // a query waits for the pause to end
  #surfaceKey = '' // of the last surface
  #columns = 0 // of the last surface

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
   * Build a query at the time of sending: by then the surface of the last answer is recorded.
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
    const maxRows = isMoving ? ROWS_MOVING : ROWS_STILL
    return {
      race: structuredClone(race),
      language: catalogue.language,
      rows: Math.floor((maxRows / Math.max(race.lanes.length, 1)) * this.#panel.rowShare),
      subject,
      origin: [cx, cy],
      surface: isStale ? surface : undefined,
      surfaceKey,
      ...this.#panel.query(isMoving, this.#frame),
    }
  }

  /**
   * Record a surface, so that it is not requested again.
   *
   * @param {Surface} surface
   * @param {Query} query
   */
  received({ columns }, { surfaceKey }) {
    this.#surfaceKey = surfaceKey
    this.#columns = columns
  }
}
