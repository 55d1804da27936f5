import assert from 'node:assert/strict'
import { test } from 'node:test'

import { RaceSocket } from '../../pages/stage/socket.js'

/** @import { TestContext } from 'node:test' */
/** @import { Query } from '../../pages/stage/types.js' */

const ADDRESS = new URL('ws://a.example/slalom/race')

// A socket that a test opens, answers and closes.
class FakeSocket {
  readyState = 0
  binaryType = ''
  /** @type {(() => void) | null} */
  onopen = null
  /** @type {((event: { data: ArrayBuffer }) => void) | null} */
  onmessage = null
  /** @type {(() => void) | null} */
  onclose = null
  /** @type {{ id: number, rows: number, instead?: boolean }[]} */
  sent = []

  open() {
    this.readyState = 1
    this.onopen?.()
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text))
  }

  /** @param {number} id @param {number[]} numbers */
  answer(id, numbers = []) {
    let text = JSON.stringify({ id, arrays: [['numbers', 'float32', numbers.length]] })
    text = text.padEnd(Math.ceil(text.length / 4) * 4)
    const data = new ArrayBuffer(4 + text.length + 4 * numbers.length)
    new DataView(data).setUint32(0, text.length, true)
    new Uint8Array(data, 4).set(new TextEncoder().encode(text))
    new Float32Array(data, 4 + text.length).set(numbers)
    this.onmessage?.({ data })
  }

  close() {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.()
  }
}

/** @param {TestContext} context */
function setUp(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  /** @type {FakeSocket[]} */
  const sockets = []
  /** @type {{ id: number, numbers: number[], rows: number }[]} */
  const answers = []
  /** @type {string[]} */
  const states = []
  const network = new EventTarget()
  const race = new RaceSocket(
    ADDRESS,
    {
      answer: (header, arrays, query) =>
        answers.push({ id: header.id, numbers: [...arrays.get('numbers')], rows: query.rows }),
      connection: (state) => states.push(state),
    },
    {
      open: (address) => {
        assert.equal(address, ADDRESS)
        sockets.push(new FakeSocket())
        return /** @type {WebSocket} */ (/** @type {unknown} */ (sockets.at(-1)))
      },
      network,
    },
  )
  /** @param {number} rows @param {boolean} isMoving */
  const ask = (rows, isMoving = true) => race.ask(() => /** @type {Query} */ ({ rows }), isMoving)
  const pass = (/** @type {number} */ milliseconds) => context.mock.timers.tick(milliseconds)
  const last = () => /** @type {FakeSocket} */ (sockets.at(-1))
  return { race, sockets, answers, states, network, ask, pass, last }
}

test('a query is sent when the socket opens', (context) => {
  const { race, ask, last, answers, states } = setUp(context)
  ask(1)
  assert.equal(race.isIdle, false)
  last().open()
  assert.deepEqual(last().sent, [{ rows: 1, id: 1 }])
  last().answer(1, [1.5, -2])
  assert.deepEqual(answers, [{ id: 1, numbers: [1.5, -2], rows: 1 }])
  assert.deepEqual(states, ['ready'])
  assert.equal(race.isIdle, true)
})

test('one query is in flight, and the newest one waits', (context) => {
  const { ask, last } = setUp(context)
  last().open()
  for (const rows of [1, 2, 3]) ask(rows)
  assert.deepEqual(
    last().sent.map(({ rows }) => rows),
    [1],
  )
  last().answer(1)
  assert.deepEqual(last().sent[1], { rows: 3, id: 2 })
})

test('a query is built when it is sent', (context) => {
  const { race, ask, last } = setUp(context)
  last().open()
  ask(1)
  let rows = 2
  race.ask(() => /** @type {Query} */ ({ rows }), true)
  rows = 5
  last().answer(1)
  assert.equal(last().sent[1].rows, 5)
})

test('a query that may take long is replaced by a newer one, and its answer is ignored', (context) => {
  const { ask, last, answers } = setUp(context)
  last().open()
  ask(1, false)
  ask(2)
  assert.deepEqual(last().sent, [
    { rows: 1, id: 1 },
    { rows: 2, id: 2, instead: true },
  ])
  last().answer(1)
  assert.deepEqual(answers, [])
  last().answer(2)
  assert.deepEqual(
    answers.map(({ rows }) => rows),
    [2],
  )
})

test('it reports a slow answer', (context) => {
  const { ask, last, pass, states } = setUp(context)
  last().open()
  ask(1)
  pass(699)
  assert.deepEqual(states, ['ready'])
  pass(1)
  assert.deepEqual(states, ['ready', 'slow'])
  last().answer(1)
  assert.deepEqual(states, ['ready', 'slow', 'ready'])
})

test('it reconnects, repeats the query, and reports a lost connection if that fails', (context) => {
  const { ask, last, pass, sockets, states } = setUp(context)
  last().open()
  ask(1)
  last().close()
  pass(200)
  assert.equal(sockets.length, 2)
  assert.deepEqual(states, ['ready'])
  last().close()
  assert.deepEqual(states, ['ready', 'lost'])
  pass(499)
  assert.equal(sockets.length, 2)
  pass(1)
  last().open()
  assert.deepEqual(last().sent, [{ rows: 1, id: 2 }])
  last().answer(2)
  assert.equal(states.at(-1), 'ready')
})

test('after a lost connection the newest query is sent, not the one in flight', (context) => {
  const { ask, last, pass } = setUp(context)
  last().open()
  ask(1)
  ask(2)
  last().close()
  pass(200)
  last().open()
  assert.deepEqual(
    last().sent.map(({ rows }) => rows),
    [2],
  )
})

test('a connection without an answer is abandoned, and its later events are ignored', (context) => {
  const { ask, pass, sockets, answers } = setUp(context)
  sockets[0].open()
  ask(1)
  pass(6000)
  pass(200)
  assert.equal(sockets.length, 2)
  sockets[0].answer(1)
  sockets[0].onclose?.()
  assert.deepEqual(answers, [])
  assert.equal(sockets.length, 2)
})

test('it reconnects when the network is gone', (context) => {
  const { network, pass, sockets } = setUp(context)
  sockets[0].open()
  network.dispatchEvent(new Event('offline'))
  pass(200)
  assert.equal(sockets.length, 2)
})

test('a closed socket does not reconnect', (context) => {
  const { race, network, pass, sockets, states } = setUp(context)
  sockets[0].open()
  race.close()
  network.dispatchEvent(new Event('offline'))
  pass(60_000)
  assert.equal(sockets.length, 1)
  assert.equal(sockets[0].readyState, 3)
  assert.deepEqual(states, ['ready'])
})
