// The browser's side of the commit protocol; pages/session/sync.py has the other side and a diagram. No DOM.
//
// The stage commits what it shows to Python under a number, and repeats the commit until Python acknowledges it,
// because it may be lost with the connection, or when two commits collide in Streamlit. A message from Python carries
// the revision of its race. A newer revision replaces the stage's race; otherwise the stage has changed its race since.

/** @import { Commit } from './types.js' */
/** @typedef {Pick<Commit, 'race' | 'view' | 'edited'>} Snapshot a copy of what is shown */
/** @typedef {{ session: string, revision: number, acknowledged: number }} Stamp */

const PATIENCE = 4000 // milliseconds until an unacknowledged commit is repeated; doubles each time

/** @typedef {ReturnType<typeof setTimeout>} Timer */
const TIMERS = {
  /** @param {() => void} action @param {number} milliseconds @returns {Timer} */
  start: (action, milliseconds) => setTimeout(action, milliseconds),
  /** @param {Timer | undefined} timer */
  stop: (timer) => clearTimeout(timer),
}

/** @template {Stamp} Message what Python sends */
export class Sync {
  /** @type {string | null} */
  #session = null
  #revision = -1 // of the race on the stage
  #commits = 0
  /** @type {Commit | null} */
  #pending = null // the last commit, until Python has acknowledged it
  #isPointerDown = false
  /** @type {Message | null} */
  #deferred = null // the last message while a pointer is down
  /** @type {Timer | undefined} */
  #commitTimer
  /** @type {Timer | undefined} */
  #repeatTimer
  /** @type {((commit: Commit) => void) | null} */
  #send = null
  #handlers
  #timers

  /**
   * @param {object} handlers
   * @param {() => Snapshot} handlers.snapshot returns what is shown
   * @param {(message: Message, isNews: boolean) => void} handlers.message handles a message; news replace the race
   * @param {() => void} handlers.acknowledged is called when Python has the last commit
   * @param {() => void} handlers.change is called when `isPythonBehind` may have changed
   */
  constructor(handlers, timers = TIMERS) {
    this.#handlers = handlers
    this.#timers = timers
  }

  /** Whether Python has yet to receive what is shown. */
  get isPythonBehind() {
    return this.#commitTimer !== undefined || this.#pending !== null
  }

  /** Whether a pointer is down. */
  get isHeld() {
    return this.#isPointerDown
  }

  /** @param {(commit: Commit) => void} send a new function with every script run */
  connect(send) {
    this.#send = send
  }

  /**
   * Record that Python has received all commits up to a number.
   *
   * @param {number} commit
   */
  acknowledge(commit) {
    if (!this.#pending || commit < this.#pending.commit) return
    this.#timers.stop(this.#repeatTimer)
    this.#pending = null
    this.#handlers.acknowledged()
  }

  /**
   * Handle a message from Python. While a pointer is down, only the last message is kept, until the release.
   *
   * @param {Message} message
   */
  receive(message) {
    if (this.#isPointerDown) this.#deferred = message
    else this.#handle(message)
  }

  hold() {
    this.#isPointerDown = true
  }

  release() {
    this.#isPointerDown = false
    const message = this.#deferred
    this.#deferred = null
    if (message) this.#handle(message)
  }

  /** @param {Message} message */
  #handle(message) {
    const restarted = message.session !== this.#session
    const isNews = restarted || message.revision > this.#revision
    if (isNews) {
      if (!this.#pending) this.#commits = message.acknowledged
      else if (restarted) this.#repeat(PATIENCE) // a restarted server has not received it
      this.#session = message.session
      this.#revision = message.revision
    }
    this.#handlers.message(message, isNews)
  }

  /**
   * Commit after a delay, unless it is called again in the meantime.
   *
   * @param {number} milliseconds
   */
  commitSoon(milliseconds) {
    this.#timers.stop(this.#commitTimer)
    this.#commitTimer = this.#timers.start(() => this.commit(), milliseconds)
    this.#handlers.change()
  }

  commit() {
    this.#timers.stop(this.#commitTimer)
    this.#commitTimer = undefined
    if (!this.#send) return
    const [session, revision, commit] = [this.#session, this.#revision, ++this.#commits]
    this.#pending = { session, revision, commit, ...this.#handlers.snapshot() }
    this.#repeat(PATIENCE)
    this.#handlers.change()
  }

  /** Commit now if a commit is scheduled: the current event may open another page. */
  flush() {
    if (this.#commitTimer !== undefined) this.commit()
  }

  close() {
    for (const timer of [this.#commitTimer, this.#repeatTimer]) this.#timers.stop(timer)
  }

  /** Send the pending commit until it is acknowledged. @param {number} patience */
  #repeat(patience) {
    if (!this.#pending) return
    this.#send?.(this.#pending)
    this.#timers.stop(this.#repeatTimer)
    this.#repeatTimer = this.#timers.start(() => this.#repeat(2 * patience), patience)
  }
}
