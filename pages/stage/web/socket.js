// The race socket: one message in flight, the newest wins. It reconnects by itself and says when it is away.

const RETRY = [200, 500, 1000, 2000, 4000]
const SLOW = 700

export class RaceSocket {
  #socket = null
  #waiting = null // the newest message that has not been sent
  #inFlight = null
  #failures = 0
  #id = 0
  #slow = 0
  #closed = false

  constructor(onAnswer, onState) {
    this.onAnswer = onAnswer // (header, numbers, message)
    this.onState = onState // "ready" | "slow" | "lost"
    this.#open()
  }

  // Asks for the newest message; an older one that has not left yet is forgotten.
  ask(message) {
    this.#waiting = message
    this.#send()
  }

  close() {
    this.#closed = true
    clearTimeout(this.#slow)
    this.#socket?.close()
  }

  #open() {
    if (this.#closed) return
    const address = new URL('/slalom/race', location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#failures = 0
      this.onState('ready')
      this.#send()
    }
    socket.onmessage = (event) => this.#receive(event.data)
    socket.onclose = () => this.#lost()
    this.#socket = socket
  }

  #send() {
    if (this.#inFlight || !this.#waiting || this.#socket.readyState !== WebSocket.OPEN) return
    this.#inFlight = { ...this.#waiting, id: ++this.#id }
    this.#waiting = null
    this.#socket.send(JSON.stringify(this.#inFlight))
    this.#slow = setTimeout(() => this.onState('slow'), SLOW)
  }

  #receive(buffer) {
    clearTimeout(this.#slow)
    const message = this.#inFlight
    this.#inFlight = null
    const length = new DataView(buffer).getUint32(0, true)
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
    this.onState('ready')
    this.onAnswer(header, new Float32Array(buffer, 4 + length), message)
    this.#send()
  }

  #lost() {
    if (this.#closed) return
    clearTimeout(this.#slow)
    // What was in flight is asked again, unless something newer waits.
    this.#waiting ??= this.#inFlight
    this.#inFlight = null
    if (this.#failures > 0) this.onState('lost')
    setTimeout(() => this.#open(), RETRY[Math.min(this.#failures++, RETRY.length - 1)])
  }
}
