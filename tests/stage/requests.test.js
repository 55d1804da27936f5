import assert from 'node:assert/strict'
import { test } from 'node:test'

import { MapFrame } from '../../pages/stage/map/frame.js'
import { Requests } from '../../pages/stage/requests.js'
import { Store } from '../../pages/stage/store.js'
import { catalogue, race, view } from './catalogue.js'

/** @import { TestContext } from 'node:test' */
/** @import { Panel } from '../../pages/stage/panel.js' */
/** @import { Build } from '../../pages/stage/socket.js' */

/** @param {TestContext} context */
function setUp(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const store = new Store(catalogue(), race('sgd', 'newton'), view(), '')
  const frame = Object.assign(new MapFrame(store), { width: 600, height: 400 })
  const panel = /** @type {Panel} */ (/** @type {unknown} */ ({ rowShare: 1, query: () => ({}) }))
  /** @type {boolean[]} */
  const queries = []
  /** @type {Build[]} */
  const builds = []
  const socket = {
    ask: (/** @type {Build} */ build, /** @type {boolean} */ isMoving) => {
      builds.push(build)
      queries.push(isMoving)
    },
  }
  const requests = new Requests(store, panel, frame, socket)
  return { store, requests, queries, builds, wait: (/** @type {number} */ time) => context.mock.timers.tick(time) }
}

test('during a drag, queries are sent at once and then at a pace faster than frames', (context) => {
  const { requests, queries, wait } = setUp(context)
  for (let i = 0; i < 5; i++) requests.ask(true)
  assert.deepEqual(queries, [true])
  wait(12)
  assert.deepEqual(queries, [true, true])
  wait(1000)
  assert.deepEqual(queries, [true, true], 'nothing more was due')
  requests.ask(true)
  assert.equal(queries.length, 3)
})

test('the query after a drag is sent at once, and is the last', (context) => {
  const { requests, queries, wait } = setUp(context)
  requests.ask(true)
  requests.ask(true)
  requests.ask(false)
  wait(1000)
  assert.deepEqual(queries, [true, false])
})

test('a query contains the race at the time of sending, and is coarser during a drag', (context) => {
  const { store, requests, builds } = setUp(context)
  requests.ask(true)
  requests.ask(false)
  store.race.start = [7, 8]
  const [moving, still] = builds.map((build) => build())
  assert.deepEqual(moving.race.start, [7, 8])
  assert.ok(moving.rows < still.rows)
  assert.ok(moving.surface && still.surface && moving.surface.columns < still.surface.columns)
})

test('a received surface is not requested again, until a finer one is needed', (context) => {
  const { requests, builds } = setUp(context)
  requests.ask(true)
  const query = builds[0]()
  assert.ok(query.surface)
  const { columns, rows } = query.surface
  const surface = {
    columns,
    rows,
    window: query.surface.window,
    landscape: '',
    level: new Float32Array(),
    height: Number,
  }
  requests.received(surface, query)
  assert.equal(builds[0]().surface, undefined)
  requests.ask(false)
  assert.ok(builds[1]().surface)
})

test('a query says in which language and by which option the lanes are named', (context) => {
  const { store, requests, builds } = setUp(context)
  store.subject = 'clip'
  requests.ask(false)
  const { language, subject } = builds[0]()
  assert.deepEqual([language, subject], ['en', 'clip'])
})
