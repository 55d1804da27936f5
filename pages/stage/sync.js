// The commit protocol, on the browser's side; pages/session/sync.py has the other side and draws both. No DOM.
//
// What the stage shows is committed to Python under a number. Until Python acknowledges that number, the commit is
// repeated: it may be lost with the connection, or where two of them meet in Streamlit. What Python sends carries the
// revision of its race: a newer one replaces the stage's, an older one is what the stage itself has changed since.

/** @import { Commit } from './types.js' */
/** @typedef {Pick<Commit, 'race' | 'view' | 'edited'>} Snapshot what is shown now, in a copy of its own */
/** @typedef {{ session: string, revision: number, acknowledged: number }} Stamp */

const PATIENCE = 4000 // milliseconds until an unacknowledged commit is repeated, and twice as long each time

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
  #revision = -1 // of the race that is shown
  #commits = 0
  /** @type {Commit | null} */
  #pending = null // the last commit, until Python has acknowledged it
  #held = false
  /** @type {Message | null} */
  #waiting = null // what came from Python while a pointer was down
  /** @type {Timer | undefined} */
  #committing
  /** @type {Timer | undefined} */
  #repeating
  /** @type {((commit: Commit) => void) | null} */
  #send = null
  #on
  #timers

  /**
   * @param {object} on
   * @param {() => Snapshot} on.snapshot says what is shown now
   * @param {(message: Message, isNews: boolean) => void} on.message shows what Python sent; news replace the race
   * @param {() => void} on.acknowledged Python has the last commit
   * @param {() => void} on.change whether Python is behind may have changed
   */
  constructor(on, timers = TIMERS) {
    this.#on = on
    this.#timers = timers
  }

  /** Whether Python does not yet know what is shown. */
  get isPythonBehind() {
    return this.#committing !== undefined || this.#pending !== null
  }

  /** Whether a pointer is down. */
  get isHeld() {
    return this.#held
  }

  /** @param {(commit: Commit) => void} send to Python; another function with every run of its script */
  connect(send) {
    this.#send = send
  }

  /**
   * Python has taken over commits up to this number.
   *
   * @param {number} commit
   */
  acknowledge(commit) {
    if (!this.#pending || commit < this.#pending.commit) return
    this.#timers.stop(this.#repeating)
    this.#pending = null
    this.#on.acknowledged()
  }

  /**
   * Shows what Python sent; while a pointer is down it waits, the newest alone.
   *
   * @param {Message} message
   */
  receive(message) {
    if (this.#held) this.#waiting = message
    else this.#take(message)
  }

  hold() {
    this.#held = true
  }

  release() {
    this.#held = false
    const message = this.#waiting
    this.#waiting = null
    if (message) this.#take(message)
  }

  /** @param {Message} message */
  #take(message) {
    const restarted = message.session !== this.#session
    const isNews = restarted || message.revision > this.#revision
    if (isNews) {
      if (!this.#pending) this.#commits = message.acknowledged
      else if (restarted) this.#repeat(PATIENCE) // the server began anew and has not heard of it
      this.#session = message.session
      this.#revision = message.revision
    }
    this.#on.message(message, isNews)
  }

  /**
   * Commits when nothing more was scheduled for so long.
   *
   * @param {number} milliseconds
   */
  commitSoon(milliseconds) {
    this.#timers.stop(this.#committing)
    this.#committing = this.#timers.start(() => this.commit(), milliseconds)
    this.#on.change()
  }

  commit() {
    this.#timers.stop(this.#committing)
    this.#committing = undefined
    if (!this.#send) return
    const [session, revision, commit] = [this.#session, this.#revision, ++this.#commits]
    this.#pending = { session, revision, commit, ...this.#on.snapshot() }
    this.#repeat(PATIENCE)
    this.#on.change()
  }

  /** Commits now what was scheduled: what comes next may lead to another page. */
  flush() {
    if (this.#committing !== undefined) this.commit()
  }

  close() {
    for (const timer of [this.#committing, this.#repeating]) this.#timers.stop(timer)
  }

  /** @param {number} patience */
  #repeat(patience) {
    if (!this.#pending) return
    this.#send?.(this.#pending)
    this.#timers.stop(this.#repeating)
    this.#repeating = this.#timers.start(() => this.#repeat(2 * patience), patience)
  }
}
