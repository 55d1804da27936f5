// The browser's side of the commit protocol; pages/session/sync.py has a diagram.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Sync } from '../../pages/stage/sync.js'

/** @import { Commit, Race, View } from '../../pages/stage/types.js' */
/** @typedef {{ session: string, revision: number, acknowledged: number }} Stamp */

// Timers with a clock that a test advances.
class Timers {
  #now = 0
  #next = 1
  /** @type {Map<number, { at: number, action: () => void }>} */
  #pending = new Map()

  /** @param {() => void} action @param {number} milliseconds */
  start(action, milliseconds) {
    this.#pending.set(this.#next, { at: this.#now + milliseconds, action })
    return this.#next++
  }

  /** @param {number | undefined} timer */
  stop(timer) {
    if (timer !== undefined) this.#pending.delete(timer)
  }

  /** @param {number} milliseconds */
  pass(milliseconds) {
    const end = this.#now + milliseconds
    for (;;) {
      const due = [...this.#pending].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
      if (!due) break
      this.#pending.delete(due[0])
      this.#now = due[1].at
      due[1].action()
    }
    this.#now = end
  }
}

// A stage whose race is a number, with a record of its messages.
class Stage {
  shown = 0
  edited = false
  /** @type {Commit[]} */
  sent = []
  /** @type {boolean[]} */
  behind = []
  /** @type {{ message: Stamp & { shows: number }, isNews: boolean }[]} */
  messages = []
  timers = new Timers()

  constructor() {
    /** @type {Sync<Stamp & { shows: number }>} */
    this.sync = new Sync(
      {
        snapshot: () => ({ race: this.#race(), view: /** @type {View} */ ({}), edited: this.edited }),
        message: (message, isNews) => {
          this.messages.push({ message, isNews })
          if (isNews) this.shown = message.shows
        },
        acknowledged: () => (this.edited = false),
        change: () => this.behind.push(this.sync.isPythonBehind),
      },
      /** @type {never} */ (this.timers),
    )
    this.sync.connect((commit) => this.sent.push(commit))
  }

  #race() {
    return /** @type {Race} */ ({ seed: this.shown })
  }

  /** @param {number} shows */
  commit(shows) {
    this.shown = shows
    this.sync.commit()
  }

  /** @param {string} session @param {number} revision @param {number} acknowledged @param {number} shows */
  receive(session, revision, acknowledged, shows) {
    this.sync.acknowledge(acknowledged)
    this.sync.receive({ session, revision, acknowledged, shows })
  }

  get numbers() {
    return this.sent.map(({ commit }) => commit)
  }
}

function openStage() {
  const stage = new Stage()
  stage.receive('a', 3, 0, 7)
  return stage
}

test('the first race is shown, and then only newer ones', () => {
  const stage = openStage()
  assert.equal(stage.shown, 7)
  stage.receive('a', 3, 0, 8)
  assert.equal(stage.shown, 7)
  stage.receive('a', 4, 0, 9)
  assert.equal(stage.shown, 9)
  assert.deepEqual(
    stage.messages.map(({ isNews }) => isNews),
    [true, false, true],
  )
})

test('a commit contains the last revision, and Python is behind until it acknowledges the commit', () => {
  const stage = openStage()
  stage.edited = true
  stage.commit(8)
  assert.deepEqual(stage.sent, [{ session: 'a', revision: 3, commit: 1, race: { seed: 8 }, view: {}, edited: true }])
  assert.equal(stage.sync.isPythonBehind, true)
  stage.receive('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, false)
  assert.equal(stage.edited, false)
  stage.timers.pass(1e6)
  assert.deepEqual(stage.numbers, [1])
})

test('a lost commit is repeated, after increasing pauses', () => {
  const stage = openStage()
  stage.commit(8)
  /** @type {number[]} */
  const counts = []
  for (const wait of [3999, 1, 7999, 1, 16_000]) {
    stage.timers.pass(wait)
    counts.push(stage.sent.length)
  }
  assert.deepEqual(counts, [1, 2, 2, 3, 4])
  assert.deepEqual(new Set(stage.numbers), new Set([1]))
  stage.receive('a', 3, 1, 8)
  stage.timers.pass(1e6)
  assert.equal(stage.sent.length, 4)
})

test('a late or repeated acknowledgement does not end a newer commit', () => {
  const stage = openStage()
  stage.commit(8)
  stage.commit(9)
  stage.receive('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, true)
  stage.receive('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, true)
  assert.equal(stage.shown, 9)
  stage.receive('a', 3, 2, 9)
  assert.equal(stage.sync.isPythonBehind, false)
})

test('only the newest commit is repeated, unchanged', () => {
  const stage = openStage()
  stage.commit(8)
  stage.commit(9)
  stage.shown = 10
  stage.timers.pass(4000)
  assert.deepEqual(stage.numbers, [1, 2, 2])
  assert.equal(stage.sent[2].race.seed, 9)
})

test('a race that Python sends meanwhile is shown, and the next commit contains its revision', () => {
  const stage = openStage()
  stage.commit(8)
  stage.receive('a', 4, 0, 20)
  assert.equal(stage.shown, 20)
  assert.equal(stage.sync.isPythonBehind, true, 'the commit is still pending')
  stage.receive('a', 5, 1, 21)
  stage.commit(22)
  assert.deepEqual([stage.sent[1].commit, stage.sent[1].revision], [2, 5])
})

test('while a pointer is down, the newest message waits', () => {
  const stage = openStage()
  stage.sync.hold()
  assert.equal(stage.sync.isHeld, true)
  stage.receive('a', 4, 0, 20)
  stage.receive('a', 5, 0, 21)
  assert.equal(stage.shown, 7)
  stage.sync.release()
  assert.equal(stage.shown, 21)
  assert.equal(stage.messages.length, 2)
  stage.sync.release()
  assert.equal(stage.messages.length, 2)
})

test('a commit is acknowledged while a pointer is down, too', () => {
  const stage = openStage()
  stage.commit(8)
  stage.sync.hold()
  stage.receive('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, false)
})

test('a restarted server receives the pending commit at once, and its race replaces that of the stage', () => {
  const stage = openStage()
  stage.commit(8)
  stage.receive('b', 1, 0, 5)
  assert.deepEqual(stage.numbers, [1, 1])
  assert.equal(stage.shown, 5)
  stage.receive('b', 2, 1, 8)
  assert.equal(stage.shown, 8)
  stage.commit(9)
  assert.deepEqual([stage.sent[2].session, stage.sent[2].revision, stage.sent[2].commit], ['b', 2, 2])
})

test('after a restart without a pending commit, numbers continue from those of the server', () => {
  const stage = openStage()
  stage.commit(8)
  stage.receive('a', 3, 1, 8)
  stage.receive('b', 1, 0, 8)
  stage.commit(9)
  assert.equal(stage.sent[1].commit, 1)
})

test('many small changes are one commit', () => {
  const stage = openStage()
  for (let i = 0; i < 5; i++) {
    stage.sync.commitSoon(200)
    stage.timers.pass(150)
  }
  assert.deepEqual(stage.numbers, [])
  assert.equal(stage.sync.isPythonBehind, true)
  stage.timers.pass(50)
  assert.deepEqual(stage.numbers, [1])
  assert.deepEqual(new Set(stage.behind), new Set([true]))
})

test('a scheduled commit is sent before a page is left', () => {
  const stage = openStage()
  stage.sync.flush()
  assert.deepEqual(stage.numbers, [])
  stage.sync.commitSoon(200)
  stage.sync.flush()
  stage.timers.pass(3999)
  assert.deepEqual(stage.numbers, [1])
})

test('an unconnected stage sends nothing, and a closed one repeats nothing', () => {
  const unconnected = new Sync({
    snapshot: () => assert.fail('no snapshot is needed'),
    message: () => {},
    acknowledged: () => {},
    change: () => {},
  })
  unconnected.commit()
  assert.equal(unconnected.isPythonBehind, false)
  const stage = openStage()
  stage.commit(8)
  stage.sync.commitSoon(200)
  stage.sync.close()
  stage.timers.pass(1e6)
  assert.deepEqual(stage.numbers, [1])
})
