// The race socket: one query in flight, and the newest one waits. It reconnects by itself and reports its state.
// A query outside a drag may take long, so a newer one replaces it in flight. No DOM.

/** @import { Header, Query } from './types.js' */
/** @typedef {'ready' | 'slow' | 'lost'} Connection */
/** @typedef {() => Query} Build builds a query when it is sent, from the state at that time */

import { Arrays } from './answer.js'

const RETRY = [200, 500, 1000, 2000, 4000]
const SLOW = 700
const TIMEOUT = 6000 // milliseconds without an answer, after which the connection counts as dead
const OPEN = 1 // WebSocket.OPEN

/**
 * Parse an answer: a header, and the arrays after it.
 *
 * @param {ArrayBuffer} buffer
 * @returns {{ header: Header, arrays: Arrays }}
 */
function parse(buffer) {
  const length = new DataView(buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  return { header, arrays: new Arrays(header.arrays, buffer, 4 + length) }
}

export class RaceSocket {
  /** @type {WebSocket | null} */
  #socket = null
  #isMoving = false
  /** @type {Build | null} */
  #build = null
  /** @type {{ build: Build, query: Query, isMoving: boolean } | null} */
  #inFlight = null
  #failures = 0
  #id = 0
  /** @type {ReturnType<typeof setTimeout>[]} */
  #timers = []
  #isClosed = false
  #address
  #handlers
  #environment

  /**
   * @param {URL} address
   * @param {object} handlers
   * @param {(header: Header, arrays: Arrays, query: Query) => void} handlers.answer
   * @param {(connection: Connection) => void} handlers.connection
   * @param {{ open(address: URL): WebSocket, network: EventTarget }} environment
   */
  constructor(address, handlers, environment = { open: (url) => new WebSocket(url), network: window }) {
    this.#address = address
    this.#handlers = handlers
    this.#environment = environment
    environment.network.addEventListener('offline', this.#drop)
    this.#open()
  }

  /**
   * Send a query when the socket is free. It replaces an older one that has not been sent yet.
   *
   * @param {Build} build
   * @param {boolean} isMoving
   */
  ask(build, isMoving) {
    this.#build = build
    this.#isMoving = isMoving
    this.#send()
  }

  /** Whether all queries are answered. */
  get isIdle() {
    return !this.#inFlight && !this.#build
  }

  close() {
    this.#isClosed = true
    this.#stopTimers()
    this.#environment.network.removeEventListener('offline', this.#drop)
    this.#drop()
  }

  #drop = () => this.#socket?.close()

  #stopTimers() {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }

  #open() {
    if (this.#isClosed) return
    const socket = this.#environment.open(this.#address)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#send()
      if (!this.#inFlight) this.#handlers.connection('ready')
    }
    socket.onmessage = (event) => this.#receive(event.data)
    // A dead connection closes late, or never: ignore the events of an abandoned socket.
    socket.onclose = () => socket === this.#socket && this.#reconnect()
    this.#socket = socket
  }

  #send() {
    if (this.#inFlight?.isMoving || !this.#build || this.#socket?.readyState !== OPEN) return
    const build = this.#build
    const instead = this.#inFlight ? true : undefined
    this.#build = null
    this.#stopTimers()
    this.#inFlight = { build, query: build(), isMoving: this.#isMoving }
    this.#socket.send(JSON.stringify({ ...this.#inFlight.query, id: ++this.#id, instead }))
    this.#timers = [
      setTimeout(() => this.#handlers.connection('slow'), SLOW),
      setTimeout(() => this.#reconnect(), TIMEOUT),
    ]
  }

  /** @param {ArrayBuffer} buffer */
  #receive(buffer) {
    const { header, arrays } = parse(buffer)
    if (header.id !== this.#id || !this.#inFlight) return // its query was replaced
    const { query } = this.#inFlight
    this.#stopTimers()
    this.#inFlight = null
    this.#failures = 0
    this.#handlers.connection('ready')
    this.#handlers.answer(header, arrays, query)
    this.#send()
  }

  #reconnect() {
    if (this.#isClosed) return
    this.#stopTimers()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
    // Repeat the query in flight, unless a newer one waits.
    this.#build ??= this.#inFlight?.build ?? null
    this.#inFlight = null
    if (this.#failures > 0) this.#handlers.connection('lost')
    setTimeout(() => this.#open(), RETRY[Math.min(this.#failures++, RETRY.length - 1)])
  }
}
