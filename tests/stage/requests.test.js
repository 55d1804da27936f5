// What is asked of the race socket.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Requests } from '../../pages/stage/requests.js'
import { Store } from '../../pages/stage/store.js'
import { catalogue, race, view } from './catalogue.js'

/** @import { MapFrame } from '../../pages/stage/map/frame.js' */
/** @import { Panel } from '../../pages/stage/panel.js' */
/** @import { Query } from '../../pages/stage/types.js' */

test('a query says in which language and by which option the lanes are named', () => {
  const store = new Store(catalogue(), race('sgd'), view(), 'clip')
  const window = { cx: 1, cy: 2 }
  const frame = /** @type {MapFrame} */ (
    /** @type {unknown} */ ({ width: 9, window, surfaceQuery: () => ({ window: [0, 1, 0, 1] }) })
  )
  const panel = /** @type {Panel} */ (/** @type {unknown} */ ({ rowShare: 1, query: () => ({}) }))
  /** @type {Query[]} */
  const queries = []
  const socket = { ask: (/** @type {() => Query} */ build) => queries.push(build()) }
  new Requests(store, panel, frame, socket).ask(false)
  assert.deepEqual(
    queries.map(({ language, subject, origin }) => [language, subject, origin]),
    [['en', 'clip', [1, 2]]],
  )
})
