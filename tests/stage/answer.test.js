import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Blocks, kindsOf, readAnswer, readSurface } from '../../pages/stage/answer.js'
import { Store } from '../../pages/stage/store.js'
import { catalogue, race, view } from './catalogue.js'
import { track } from './tracks.js'

/** @import { Header, LaneHeader, Query } from '../../pages/stage/types.js' */

/** @param {Partial<LaneHeader>} changes @returns {LaneHeader} */
function lane(changes) {
  const {
    index: _i,
    path: _p,
    vectors: _v,
    name: _n,
    style: _s,
    evaluationCounts: _e,
    ticks: _t,
    ...header
  } = track(changes)
  return { ...header, average: false, ...changes }
}

/** @param {LaneHeader[]} lanes @returns {Header} */
const header = (lanes) => ({
  id: 1,
  problems: [],
  origin: [0, 0],
  infimum: 0,
  attained: true,
  minima: [],
  saddles: [],
  lanes,
})

/** @param {string[]} optimizers */
const query = (...optimizers) => /** @type {Query} */ ({ race: race(...optimizers) })

const numbers = (/** @type {number} */ count) => Float32Array.from({ length: count }, (_, i) => i)

test('every lane gets its numbers, and the surface those that follow', () => {
  const lanes = [
    lane({ rows: 2, average: true }),
    lane({ rows: 1, clipping: { counts: [0] } }),
    lane({ rows: 1, average: true, clipping: { counts: [0] } }),
  ]
  const surface = { window: /** @type {[number, number, number, number]} */ ([0, 1, 0, 1]), columns: 2, rows: 2 }
  const whole = { ...header(lanes), surface }
  const blocks = new Blocks(numbers(16 + 8 + 12 + 4 + 2))
  const { tracks, id, landscape } = readAnswer(whole, blocks, query('sgd', 'sgd', 'newton'), 5)
  assert.deepEqual([id, landscape], [5, 'bowl'])
  assert.deepEqual(
    tracks.map(({ path, average, vectors }) => [path[0], path.length, average?.[0], vectors?.[0]]),
    [
      [0, 8, 8, undefined],
      [16, 4, undefined, 20],
      [24, 4, 28, 32],
    ],
  )
  const read = readSurface(whole, blocks, 'bowl')
  assert.deepEqual([read?.landscape, read?.level.length], ['bowl', 4])
  assert.deepEqual([...blocks.take(2)], [40, 41], 'a panel’s own block comes after it')
  assert.equal(readSurface(header([]), blocks, 'bowl'), null)
})

test('bytes are what is left', () => {
  const blocks = new Blocks(new Float32Array(new Uint32Array([0, 0x04030201]).buffer))
  blocks.take(1)
  assert.deepEqual([...blocks.bytes()], [1, 2, 3, 4])
})

test('an answer is in step with the race it was asked for, whatever its numbers', () => {
  const store = new Store(catalogue(), race('sgd', 'newton'), view(), '')
  assert.deepEqual([store.isInStep, store.isOfThisLandscape], [false, false])
  store.answer = readAnswer(header([]), new Blocks(numbers(0)), query('sgd', 'newton'), 1)
  assert.deepEqual([store.isInStep, store.isOfThisLandscape], [true, true])
  store.setHyperparameter(0, 'lr', 3)
  assert.equal(store.isInStep, true)
  store.duplicateLane(0)
  assert.deepEqual([store.isInStep, store.isOfThisLandscape], [false, true])
})

test('kinds are the landscape and the methods', () => assert.equal(kindsOf(race('sgd', 'newton')), 'bowl,sgd,newton'))
