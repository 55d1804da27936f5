import assert from 'node:assert/strict'
import { test } from 'node:test'

import { decadesOf, depthOf, exponentTicks, shareOf, stepAt, stepTicks } from '../../pages/stage/charts/axis.js'

/** @import { Curve } from '../../pages/stage/types.js' */

/** @param {number[]} values @returns {Curve} */
const curve = (...values) => ({
  rows: values.length,
  style: { colour: '', width: 1, dash: [] },
  step: (row) => row,
  value: (row) => values[row],
  at: () => 0,
})

test('an axis goes over whole decades, through all curves', () => {
  assert.deepEqual(decadesOf([curve(30, 2, 0.5), curve(30, 0.02)], 1e-12, []), { from: -2, to: 2 })
  assert.deepEqual(decadesOf([curve(30, 2)], 1e-12, [0.004]), { from: -3, to: 2 })
})

test('values below the axis, far above every initial value, or not finite are cut off', () => {
  assert.deepEqual(decadesOf([curve(1, 1e-30, 0)], 1e-12, []), { from: -2, to: 1 })
  assert.deepEqual(decadesOf([curve(1, 1e300, Infinity, NaN)], 1e-12, []), { from: -2, to: 1 })
  assert.deepEqual(decadesOf([], 1e-12, []), { from: -2, to: 1 })
  assert.deepEqual(decadesOf([curve(0, 0)], 1e-12, []), { from: -2, to: 1 })
})

test('the depth of a value is logarithmic, and that of zero is 1', () => {
  const decades = { from: -4, to: 4 }
  assert.deepEqual(
    [1e4, 1, 1e-4, 1e-9, 0, -1].map((value) => depthOf(value, decades)),
    [0, 0.5, 1, 1, 1, 1],
  )
  assert.equal(depthOf(Infinity, decades), -1)
})

test('steps are placed evenly, or by their logarithm', () => {
  assert.equal(shareOf(25, 100, false), 0.25)
  assert.equal(shareOf(10, 100, true), 0.5)
  assert.equal(shareOf(0, 100, true), 0)
  assert.equal(shareOf(0, 0, false), 0)
  for (const isLog of [false, true]) {
    for (const step of [1, 7, 50, 100]) assert.equal(stepAt(shareOf(step, 100, isLog), 100, isLog), step)
  }
})

test('ticks are whole steps, and powers of ten', () => {
  assert.deepEqual(stepTicks(300, false), [0, 100, 200, 300])
  assert.deepEqual(stepTicks(2, false), [0, 1, 2])
  assert.deepEqual(stepTicks(1000, true), [1, 10, 100, 1000])
  assert.deepEqual(exponentTicks(-4, 4, 10), [-4, -3, -2, -1, 0, 1, 2, 3, 4])
  assert.deepEqual(exponentTicks(-5, 4, 3), [-3, 0, 3])
})
