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
function begin(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const store = new Store(catalogue(), race('sgd', 'newton'), view(), '')
  const frame = Object.assign(new MapFrame(store), { width: 600, height: 400 })
  const panel = /** @type {Panel} */ (/** @type {unknown} */ ({ rowShare: 1, query: () => ({}) }))
  /** @type {boolean[]} */
  const asked = []
  /** @type {Build[]} */
  const builds = []
  const socket = {
    ask: (/** @type {Build} */ build, /** @type {boolean} */ isMoving) => {
      builds.push(build)
      asked.push(isMoving)
    },
  }
  const requests = new Requests(store, panel, frame, socket)
  return { store, requests, asked, builds, wait: (/** @type {number} */ time) => context.mock.timers.tick(time) }
}

test('while a finger moves, questions leave at once and then at a pace faster than frames', (context) => {
  const { requests, asked, wait } = begin(context)
  for (let i = 0; i < 5; i++) requests.ask(true)
  assert.deepEqual(asked, [true])
  wait(12)
  assert.deepEqual(asked, [true, true])
  wait(1000)
  assert.deepEqual(asked, [true, true], 'nothing more was due')
  requests.ask(true)
  assert.equal(asked.length, 3)
})

test('the question of a lifted finger leaves at once, and nothing comes after it', (context) => {
  const { requests, asked, wait } = begin(context)
  requests.ask(true)
  requests.ask(true)
  requests.ask(false)
  wait(1000)
  assert.deepEqual(asked, [true, false])
})

test('a query is about the race as it is when it leaves, coarser while a finger moves', (context) => {
  const { store, requests, builds } = begin(context)
  requests.ask(true)
  requests.ask(false)
  store.race.start = [7, 8]
  const [moving, still] = builds.map((build) => build())
  assert.deepEqual(moving.race.start, [7, 8])
  assert.ok(moving.rows < still.rows)
  assert.ok(moving.surface && still.surface && moving.surface.columns < still.surface.columns)
})

test('a surface that has come is not asked for again, until a finer one is needed', (context) => {
  const { requests, builds } = begin(context)
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
