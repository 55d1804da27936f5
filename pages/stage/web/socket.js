// The race socket: one message in flight, the newest wins. It reconnects by itself and says when it is away.
// What was asked while nothing moved may take long; it is dropped when something newer is asked.

const RETRY = [200, 500, 1000, 2000, 4000]
const SLOW = 700
const GIVEN_UP = 6000 // milliseconds without an answer: the connection is dead, whatever the browser thinks

export class RaceSocket {
  #socket = null
  #moving = false
  #build = null // makes the newest message when its turn comes, so that it is about the stage as it is then
  #inFlight = null
  #failures = 0
  #id = 0
  #timers = []
  #closed = false

  constructor(onAnswer, onState) {
    this.onAnswer = onAnswer // (header, numbers, message)
    this.onState = onState // "ready" | "slow" | "lost"
    this.offline = () => this.#socket?.close()
    addEventListener('offline', this.offline)
    this.#open()
  }

  // Asks for what `build` says when the socket is free; an older one that has not left yet is forgotten.
  ask(build, moving) {
    this.#build = build
    this.#moving = moving
    this.#send()
  }

  // Whether everything that was asked is answered.
  get idle() {
    return !this.#inFlight && !this.#build
  }

  close() {
    this.#closed = true
    this.#quiet()
    removeEventListener('offline', this.offline)
    this.#socket?.close()
  }

  #quiet() {
    this.#timers.forEach(clearTimeout)
    this.#timers = []
  }

  #open() {
    if (this.#closed) return
    const address = new URL('/slalom/race', location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#send()
      if (!this.#inFlight) this.onState('ready')
    }
    socket.onmessage = (event) => this.#receive(event.data)
    // A dead connection closes late, or never: what comes from a socket that was given up does not count.
    socket.onclose = () => socket === this.#socket && this.#lost()
    this.#socket = socket
  }

  #send() {
    if (this.#inFlight?.moving || !this.#build || this.#socket?.readyState !== WebSocket.OPEN) return
    const [build, instead] = [this.#build, this.#inFlight ? true : undefined]
    this.#build = null
    this.#quiet()
    this.#inFlight = { build, message: build(), moving: this.#moving }
    this.#socket.send(JSON.stringify({ ...this.#inFlight.message, id: ++this.#id, instead }))
    this.#timers = [setTimeout(() => this.onState('slow'), SLOW), setTimeout(() => this.#lost(), GIVEN_UP)]
  }

  #receive(buffer) {
    const length = new DataView(buffer).getUint32(0, true)
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
    if (header.id !== this.#id) return // it was on its way when it was dropped
    this.#quiet()
    const { message } = this.#inFlight
    this.#inFlight = null
    this.#failures = 0
    this.onState('ready')
    this.onAnswer(header, new Float32Array(buffer, 4 + length), message)
    this.#send()
  }

  #lost() {
    if (this.#closed) return
    this.#quiet()
    const dead = this.#socket
    this.#socket = null
    dead.close()
    // What was in flight is asked again, unless something newer waits.
    this.#build ??= this.#inFlight?.build ?? null
    this.#inFlight = null
    if (this.#failures > 0) this.onState('lost')
    setTimeout(() => this.#open(), RETRY[Math.min(this.#failures++, RETRY.length - 1)])
  }
}
