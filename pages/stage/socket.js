// The race socket: one message in flight, the newest wins. It reconnects by itself and says when it is away.
// What was asked while nothing moved may take long; it is dropped when something newer is asked. No DOM.

/** @import { Header, Query } from './types.js' */
/** @typedef {'ready' | 'slow' | 'lost'} Connection */
/** @typedef {() => Query} Build makes a query when its turn comes, so that it is about the stage as it is then */

import { Arrays } from './answer.js'

const RETRY = [200, 500, 1000, 2000, 4000]
const SLOW = 700
const GIVEN_UP = 6000 // milliseconds without an answer: the connection is dead, whatever the browser thinks
const OPEN = 1 // WebSocket.OPEN

/**
 * The header of an answer, and the arrays after it.
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
  #on
  #world

  /**
   * @param {URL} address
   * @param {object} on
   * @param {(header: Header, arrays: Arrays, query: Query) => void} on.answer
   * @param {(connection: Connection) => void} on.connection
   * @param {{ open(address: URL): WebSocket, network: EventTarget }} world
   */
  constructor(address, on, world = { open: (url) => new WebSocket(url), network: window }) {
    this.#address = address
    this.#on = on
    this.#world = world
    world.network.addEventListener('offline', this.#drop)
    this.#open()
  }

  /**
   * Asks for what `build` says when the socket is free; an older one that has not left yet is forgotten.
   *
   * @param {Build} build
   * @param {boolean} isMoving
   */
  ask(build, isMoving) {
    this.#build = build
    this.#isMoving = isMoving
    this.#send()
  }

  /** Whether everything that was asked is answered. */
  get isIdle() {
    return !this.#inFlight && !this.#build
  }

  close() {
    this.#isClosed = true
    this.#stopTimers()
    this.#world.network.removeEventListener('offline', this.#drop)
    this.#drop()
  }

  #drop = () => this.#socket?.close()

  #stopTimers() {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }

  #open() {
    if (this.#isClosed) return
    const socket = this.#world.open(this.#address)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#send()
      if (!this.#inFlight) this.#on.connection('ready')
    }
    socket.onmessage = (event) => this.#receive(event.data)
    // A dead connection closes late, or never: what comes from a socket that was given up does not count.
    socket.onclose = () => socket === this.#socket && this.#lose()
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
    this.#timers = [setTimeout(() => this.#on.connection('slow'), SLOW), setTimeout(() => this.#lose(), GIVEN_UP)]
  }

  /** @param {ArrayBuffer} buffer */
  #receive(buffer) {
    const { header, arrays } = parse(buffer)
    if (header.id !== this.#id || !this.#inFlight) return // it was on its way when it was dropped
    const { query } = this.#inFlight
    this.#stopTimers()
    this.#inFlight = null
    this.#failures = 0
    this.#on.connection('ready')
    this.#on.answer(header, arrays, query)
    this.#send()
  }

  #lose() {
    if (this.#isClosed) return
    this.#stopTimers()
    const dead = this.#socket
    this.#socket = null
    dead?.close()
    // What was in flight is asked again, unless something newer waits.
    this.#build ??= this.#inFlight?.build ?? null
    this.#inFlight = null
    if (this.#failures > 0) this.#on.connection('lost')
    setTimeout(() => this.#open(), RETRY[Math.min(this.#failures++, RETRY.length - 1)])
  }
}
