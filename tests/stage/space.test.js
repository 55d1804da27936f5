import assert from 'node:assert/strict'
import { test } from 'node:test'

import { levelAt, projector } from '../../pages/stage/space/projection.js'

/** @import { Surface } from '../../pages/stage/types.js' */

/** @type {Surface} */
const SURFACE = {
  window: [0, 2, 0, 1],
  columns: 3,
  rows: 2,
  level: Float32Array.of(0, 1, 2, 1, 2, 3),
  landscape: 'bowl',
  height: (level) => level,
}
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]

test('the level of a surface is interpolated, and null outside', () => {
  assert.equal(levelAt(SURFACE, 0, 0), 0)
  assert.equal(levelAt(SURFACE, 2, 1), 3)
  assert.equal(levelAt(SURFACE, 0.5, 0.5), 1)
  assert.equal(levelAt(SURFACE, 2.01, 0), null)
  assert.equal(levelAt(SURFACE, NaN, 0), null)
})

test('points are projected to the screen', () => {
  const camera = { model: IDENTITY, view: IDENTITY, projection: IDENTITY }
  const project = projector(SURFACE, camera, [0.5, 0.5, 1], 200, 100)
  assert.deepEqual(project(0, 0), [100, 50])
  assert.deepEqual(project(2, 1), [200, 25])
  assert.equal(project(-1, 0), null)
})
