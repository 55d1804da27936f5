import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Arrays, kindsOf, readAnswer, readSurface } from '../../pages/stage/answer.js'
import { Store } from '../../pages/stage/store.js'
import { catalogue, race, view } from './catalogue.js'
import { track } from './tracks.js'

/** @import { Header, LaneHeader, Query } from '../../pages/stage/types.js' */

/** @param {Partial<LaneHeader>} changes @returns {LaneHeader} */
function lane(changes) {
  const { index: _i, path: _p, average: _a, style: _s, evaluationCounts: _e, ticks: _t, ...header } = track(changes)
  return { ...header, ...changes }
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
  arrays: [],
})

/** @param {string[]} optimizers */
const query = (...optimizers) => /** @type {Query} */ ({ race: race(...optimizers) })

/**
 * Arrays that count on, one after the other.
 *
 * @param {[name: string, kind: string, size: number][]} listed
 * @param {number} start
 */
function arraysOf(listed, start = 0) {
  const buffer = new ArrayBuffer(start + 4 * listed.reduce((sum, [, , size]) => sum + size, 0))
  new Float32Array(buffer, start).forEach((_, i, all) => (all[i] = i))
  return new Arrays(listed, buffer, start)
}

test('every lane gets its numbers by name, and so does the surface', () => {
  const surface = { window: /** @type {[number, number, number, number]} */ ([0, 1, 0, 1]), columns: 2, rows: 2 }
  const whole = { ...header([lane({ rows: 2 }), lane({ rows: 1 })]), surface }
  const arrays = arraysOf(
    [
      ['surface', 'float32', 4],
      ['path 1', 'float32', 4],
      ['path 0', 'float32', 8],
      ['average 0', 'float32', 8],
    ],
    8,
  )
  const { tracks, id, landscape } = readAnswer(whole, arrays, query('sgd', 'sgd'), 5)
  assert.deepEqual([id, landscape], [5, 'bowl'])
  assert.deepEqual(
    tracks.map(({ path, average }) => [path[0], path.length, average?.[0]]),
    [
      [8, 8, 16],
      [4, 4, undefined],
    ],
  )
  const read = readSurface(whole, arrays, 'bowl')
  assert.deepEqual([read?.landscape, read?.level.length], ['bowl', 4])
  assert.equal(readSurface(header([]), arrays, 'bowl'), null)
  assert.equal(arrays.find('path 2'), null)
  assert.throws(() => arrays.get('path 2'), /no array "path 2"/)
})

test('bytes are filled up to four', () => {
  const { buffer } = new Uint8Array([1, 2, 3, 0, 4, 5, 6, 7, 0, 0, 128, 63])
  const listed = /** @type {[string, string, number][]} */ ([
    ['ends', 'uint8', 3],
    ['steps', 'uint8', 4],
    ['one', 'float32', 1],
  ])
  const arrays = new Arrays(listed, buffer, 0)
  assert.deepEqual([...arrays.bytes('ends')], [1, 2, 3])
  assert.deepEqual([...arrays.bytes('steps')], [4, 5, 6, 7])
  assert.deepEqual([...arrays.get('one')], [1])
  assert.throws(() => arrays.bytes('one'), /no bytes "one"/)
})

test('an answer is in step with the race it was asked for, whatever its numbers', () => {
  const store = new Store(catalogue(), race('sgd', 'newton'), view(), '')
  assert.deepEqual([store.isInStep, store.isOfThisLandscape], [false, false])
  store.answer = readAnswer(header([]), arraysOf([]), query('sgd', 'newton'), 1)
  assert.deepEqual([store.isInStep, store.isOfThisLandscape], [true, true])
  store.setHyperparameter(0, 'lr', 3)
  assert.equal(store.isInStep, true)
  store.duplicateLane(0)
  assert.deepEqual([store.isInStep, store.isOfThisLandscape], [false, true])
})

test('kinds are the landscape and the methods', () => assert.equal(kindsOf(race('sgd', 'newton')), 'bowl,sgd,newton'))
