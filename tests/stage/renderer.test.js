import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Playback } from '../../pages/stage/playback.js'
import { Renderer } from '../../pages/stage/renderer.js'

/** @import { TestContext } from 'node:test' */

/** @param {TestContext} context */
function setUp(context) {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  /** @type {Map<number, (now: number) => void>} */
  const frames = new Map()
  let count = 0
  globalThis.requestAnimationFrame = (callback) => {
    frames.set(++count, callback)
    return count
  }
  globalThis.cancelAnimationFrame = (id) => void frames.delete(id)
  const renderer = new Renderer(new Playback(() => false))
  /** @type {string[]} */
  const painted = []
  renderer.begin((parts) => painted.push([...parts].join(' ')))
  const frame = () => {
    const callbacks = [...frames.values()]
    frames.clear()
    for (const callback of callbacks) callback(0)
  }
  return { renderer, painted, frame, wait: (/** @type {number} */ time) => context.mock.timers.tick(time) }
}

test('parts are painted in the next frame, each once', (context) => {
  const { renderer, painted, frame } = setUp(context)
  renderer.paint('board', 'runners')
  renderer.paint('board')
  assert.deepEqual(painted, [])
  frame()
  frame()
  assert.deepEqual(painted, ['board runners'])
})

test('an answer is painted at once, and a second one in the next frame', (context) => {
  const { renderer, painted, frame } = setUp(context)
  renderer.paintSoon()
  renderer.paintSoon()
  assert.deepEqual(painted, ['all'])
  frame()
  assert.deepEqual(painted, ['all', 'all'])
  renderer.paintSoon()
  assert.equal(painted.length, 3)
})

test('nothing is painted before an answer that is in time', (context) => {
  const { renderer, painted, frame, wait } = setUp(context)
  renderer.paintUnlessAnswered('knobs', 'runners')
  wait(49)
  frame()
  assert.deepEqual(painted, [])
  renderer.paintSoon()
  wait(1000)
  frame()
  assert.deepEqual(painted, ['all'])
})

test('parts are painted without an answer that is late, and wait no longer for each further change', (context) => {
  const { renderer, painted, frame, wait } = setUp(context)
  renderer.paintUnlessAnswered('knobs')
  wait(30)
  renderer.paintUnlessAnswered('knobs', 'runners')
  wait(20)
  frame()
  assert.deepEqual(painted, ['knobs runners'])
  renderer.paintUnlessAnswered('board')
  wait(50)
  frame()
  assert.deepEqual(painted, ['knobs runners', 'board'])
})

test('a closed renderer paints nothing', (context) => {
  const { renderer, painted, frame, wait } = setUp(context)
  renderer.paintUnlessAnswered('knobs')
  renderer.close()
  wait(1000)
  frame()
  assert.deepEqual(painted, [])
})
