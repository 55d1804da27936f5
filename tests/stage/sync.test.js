// The browser's side of the commit protocol: pages/session/sync.py draws it.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Sync } from '../../pages/stage/sync.js'

/** @import { Commit, Race, View } from '../../pages/stage/types.js' */
/** @typedef {{ session: string, revision: number, acknowledged: number }} Stamp */

// Timers that pass when they are told to.
class Timers {
  #now = 0
  #next = 1
  /** @type {Map<number, { at: number, action: () => void }>} */
  #waiting = new Map()

  /** @param {() => void} action @param {number} milliseconds */
  start(action, milliseconds) {
    this.#waiting.set(this.#next, { at: this.#now + milliseconds, action })
    return this.#next++
  }

  /** @param {number | undefined} timer */
  stop(timer) {
    if (timer !== undefined) this.#waiting.delete(timer)
  }

  /** @param {number} milliseconds */
  pass(milliseconds) {
    const end = this.#now + milliseconds
    for (;;) {
      const due = [...this.#waiting].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
      if (!due) break
      this.#waiting.delete(due[0])
      this.#now = due[1].at
      due[1].action()
    }
    this.#now = end
  }
}

// A stage that shows a number, and what it sends.
class Stage {
  shown = 0
  edited = false
  /** @type {Commit[]} */
  sent = []
  /** @type {boolean[]} */
  behind = []
  /** @type {{ message: Stamp & { shows: number }, isNews: boolean }[]} */
  told = []
  timers = new Timers()

  constructor() {
    /** @type {Sync<Stamp & { shows: number }>} */
    this.sync = new Sync(
      {
        snapshot: () => ({ race: this.#race(), view: /** @type {View} */ ({}), edited: this.edited }),
        message: (message, isNews) => {
          this.told.push({ message, isNews })
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
  hear(session, revision, acknowledged, shows) {
    this.sync.acknowledge(acknowledged)
    this.sync.receive({ session, revision, acknowledged, shows })
  }

  get numbers() {
    return this.sent.map(({ commit }) => commit)
  }
}

function opened() {
  const stage = new Stage()
  stage.hear('a', 3, 0, 7)
  return stage
}

test('the first race is shown, and what is no newer is not', () => {
  const stage = opened()
  assert.equal(stage.shown, 7)
  stage.hear('a', 3, 0, 8)
  assert.equal(stage.shown, 7)
  stage.hear('a', 4, 0, 9)
  assert.equal(stage.shown, 9)
  assert.deepEqual(
    stage.told.map(({ isNews }) => isNews),
    [true, false, true],
  )
})

test('a commit says what it knew, and Python is behind until it is acknowledged', () => {
  const stage = opened()
  stage.edited = true
  stage.commit(8)
  assert.deepEqual(stage.sent, [{ session: 'a', revision: 3, commit: 1, race: { seed: 8 }, view: {}, edited: true }])
  assert.equal(stage.sync.isPythonBehind, true)
  stage.hear('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, false)
  assert.equal(stage.edited, false)
  stage.timers.pass(1e6)
  assert.deepEqual(stage.numbers, [1])
})

test('a commit that is lost is repeated, with more patience every time', () => {
  const stage = opened()
  stage.commit(8)
  /** @type {number[]} */
  const counts = []
  for (const wait of [3999, 1, 7999, 1, 16_000]) {
    stage.timers.pass(wait)
    counts.push(stage.sent.length)
  }
  assert.deepEqual(counts, [1, 2, 2, 3, 4])
  assert.deepEqual(new Set(stage.numbers), new Set([1]))
  stage.hear('a', 3, 1, 8)
  stage.timers.pass(1e6)
  assert.equal(stage.sent.length, 4)
})

test('an acknowledgement that comes twice, or late, ends no newer commit', () => {
  const stage = opened()
  stage.commit(8)
  stage.commit(9)
  stage.hear('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, true)
  stage.hear('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, true)
  assert.equal(stage.shown, 9)
  stage.hear('a', 3, 2, 9)
  assert.equal(stage.sync.isPythonBehind, false)
})

test('the newest commit alone is repeated, as it was made', () => {
  const stage = opened()
  stage.commit(8)
  stage.commit(9)
  stage.shown = 10
  stage.timers.pass(4000)
  assert.deepEqual(stage.numbers, [1, 2, 2])
  assert.equal(stage.sent[2].race.seed, 9)
})

test('what Python decides meanwhile is shown, and the next commit knows it', () => {
  const stage = opened()
  stage.commit(8)
  stage.hear('a', 4, 0, 20)
  assert.equal(stage.shown, 20)
  assert.equal(stage.sync.isPythonBehind, true, 'the commit is still on its way')
  stage.hear('a', 5, 1, 21)
  stage.commit(22)
  assert.deepEqual([stage.sent[1].commit, stage.sent[1].revision], [2, 5])
})

test('while a pointer is down, the newest that comes waits', () => {
  const stage = opened()
  stage.sync.hold()
  assert.equal(stage.sync.isHeld, true)
  stage.hear('a', 4, 0, 20)
  stage.hear('a', 5, 0, 21)
  assert.equal(stage.shown, 7)
  stage.sync.release()
  assert.equal(stage.shown, 21)
  assert.equal(stage.told.length, 2)
  stage.sync.release()
  assert.equal(stage.told.length, 2)
})

test('a commit is acknowledged while a pointer is down, too', () => {
  const stage = opened()
  stage.commit(8)
  stage.sync.hold()
  stage.hear('a', 3, 1, 8)
  assert.equal(stage.sync.isPythonBehind, false)
})

test('a server that began anew is told at once what it missed, and what it shows is news', () => {
  const stage = opened()
  stage.commit(8)
  stage.hear('b', 1, 0, 5)
  assert.deepEqual(stage.numbers, [1, 1])
  assert.equal(stage.shown, 5)
  stage.hear('b', 2, 1, 8)
  assert.equal(stage.shown, 8)
  stage.commit(9)
  assert.deepEqual([stage.sent[2].session, stage.sent[2].revision, stage.sent[2].commit], ['b', 2, 2])
})

test('with a server that began anew, and nothing missed, commits are counted as it counts', () => {
  const stage = opened()
  stage.commit(8)
  stage.hear('a', 3, 1, 8)
  stage.hear('b', 1, 0, 8)
  stage.commit(9)
  assert.equal(stage.sent[1].commit, 1)
})

test('many small changes are one commit', () => {
  const stage = opened()
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

test('what waits to be committed is committed before a page is left', () => {
  const stage = opened()
  stage.sync.flush()
  assert.deepEqual(stage.numbers, [])
  stage.sync.commitSoon(200)
  stage.sync.flush()
  stage.timers.pass(3999)
  assert.deepEqual(stage.numbers, [1])
})

test('a stage that is not connected sends nothing, and one that is closed repeats nothing', () => {
  const lonely = new Sync({
    snapshot: () => assert.fail('nobody asks'),
    message: () => {},
    acknowledged: () => {},
    change: () => {},
  })
  lonely.commit()
  assert.equal(lonely.isPythonBehind, false)
  const stage = opened()
  stage.commit(8)
  stage.sync.commitSoon(200)
  stage.sync.close()
  stage.timers.pass(1e6)
  assert.deepEqual(stage.numbers, [1])
})
