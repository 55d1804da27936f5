import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Events } from '../../pages/stage/events.js'

test('listeners are called in the order in which they were added', () => {
  /** @type {Events<{ moved: number, ended: null }>} */
  const events = new Events()
  /** @type {string[]} */
  const calls = []
  events.on('moved', (at) => calls.push(`first ${at}`))
  events.on('moved', (at) => calls.push(`second ${at}`))
  events.on('ended', () => calls.push('ended'))
  events.announce('moved', 3)
  assert.deepEqual(calls, ['first 3', 'second 3'])
})
