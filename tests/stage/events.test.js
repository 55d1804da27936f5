import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Events } from '../../pages/stage/events.js'

test('everybody who listens is told, in the order in which they began to', () => {
  /** @type {Events<{ moved: number, ended: null }>} */
  const events = new Events()
  /** @type {string[]} */
  const told = []
  events.on('moved', (at) => told.push(`first ${at}`))
  events.on('moved', (at) => told.push(`second ${at}`))
  events.on('ended', () => told.push('ended'))
  events.announce('moved', 3)
  assert.deepEqual(told, ['first 3', 'second 3'])
})
