import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Clock } from '../../pages/stage/clock.js'
import { track } from './tracks.js'

/** @param {ArrayLike<number>} numbers */
const list = (numbers) => Array.from(numbers, (number) => number + 0) // no -0

test('the clock of steps counts steps, and the last row is the last step', () => {
  const sgd = track({ rows: 4, every: 10, steps: 25, evaluations: [0, 1, 0] })
  new Clock().wind(sgd)
  assert.deepEqual(list(sgd.ticks), [0, 10, 20, 25])
  assert.deepEqual(list(sgd.evaluationCounts), [0, 10, 20, 25])
})

test('evaluations have a price, and ticks are whole', () => {
  const newton = track({ rows: 4, every: 1, steps: 3, evaluations: [0, 1, 1] })
  new Clock({ clock: 'all', price: 1.5 }).wind(newton)
  assert.deepEqual(list(newton.ticks), [0, 3, 5, 8])
  new Clock({ clock: 'gradients', price: 1.5 }).wind(newton)
  assert.deepEqual(list(newton.ticks), [0, 1, 2, 3])
  assert.deepEqual(list(newton.evaluationCounts), [0, 2, 4, 6], 'whatever their price')
})

test('evaluations that vary are listed for every row', () => {
  const search = track({ rows: 4, every: 1, steps: 3, evaluations: [[2, 5, 1], 1, 0] })
  new Clock({ clock: 'all', price: 9 }).wind(search)
  assert.deepEqual(list(search.ticks), [0, 3, 9, 11])
})

test('a runner is at the last row whose cost is reached', () => {
  const clock = new Clock({ clock: 'all', price: 4 })
  const newton = track({ rows: 3, every: 1, steps: 2, evaluations: [0, 1, 1] })
  clock.wind(newton)
  assert.deepEqual(
    [0, 3, 4, 4.5, 5, 9, 10, 99].map((at) => clock.at(newton, at)[0]),
    [0, 0, 0, 0, 1, 1, 2, 2],
  )
})

test('a runner moves during the last tick of a step, and between thinned rows all the time', () => {
  const clock = new Clock({ clock: 'all', price: 4 })
  const newton = track({ rows: 3, every: 1, steps: 2, evaluations: [0, 1, 1] })
  clock.wind(newton)
  assert.deepEqual(clock.at(newton, 4.5), [0, 0.5])
  assert.deepEqual(clock.at(newton, 3), [0, 0])
  const thinned = track({ rows: 3, every: 10, steps: 20, evaluations: [0, 1, 0] })
  new Clock().wind(thinned)
  assert.deepEqual(new Clock().at(thinned, 13), [1, 0.30000000000000004])
})
