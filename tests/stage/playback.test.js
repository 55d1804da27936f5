import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Playback } from '../../pages/stage/playback.js'
import { track } from './tracks.js'

/** @param {Partial<{ steps: number, reduced: boolean, at: number | null }>} options */
function setUp({ steps = 100, reduced = false, at = null } = {}) {
  const playback = new Playback(() => reduced)
  /** @type {string[]} */
  const events = []
  playback.on('moved', (move) => events.push(move))
  playback.on('nudged', () => events.push('nudged'))
  playback.on('finished', () => events.push('finished'))
  playback.reset({ at, clock: 'steps', price: 1 }, true)
  playback.wind([track({ rows: steps + 1 })])
  return { playback, events }
}

test('it starts at the end, or at the position of the view', () => {
  assert.equal(setUp().playback.playhead, 100)
  assert.equal(setUp({ at: 40 }).playback.playhead, 40)
  assert.equal(setUp({ at: 400 }).playback.playhead, 100)
})

test('the position is kept while the race is shorter', () => {
  const { playback } = setUp({ at: 40 })
  playback.wind([track({ rows: 11 })])
  assert.equal(playback.playhead, 10)
  playback.wind([track({ rows: 101 })])
  assert.deepEqual([playback.playhead, playback.at], [40, 40])
})

test('it plays a whole race in eight seconds, from the beginning if it was at the end', () => {
  const { playback, events } = setUp()
  playback.toggle()
  assert.deepEqual([playback.playhead, playback.playing, playback.at], [0, true, null])
  playback.advance(1000)
  playback.advance(5000)
  assert.equal(playback.playhead, 50)
  playback.advance(20_000)
  assert.deepEqual([playback.playhead, playback.playing, playback.at], [100, false, null])
  assert.deepEqual(events, ['start', 'finished'])
  playback.advance(30_000)
  assert.equal(playback.playhead, 100)
})

test('a short race plays no slower than five steps a second, and the speed counts', () => {
  const { playback } = setUp({ steps: 10 })
  playback.speed = 0.5
  playback.toggle()
  playback.advance(0)
  playback.advance(1000)
  assert.equal(playback.playhead, 2.5)
})

test('with reduced motion it jumps by whole steps, twice a second', () => {
  const { playback } = setUp({ steps: 80, reduced: true })
  playback.toggle()
  /** @type {number[]} */
  const positions = []
  for (let now = 0; now <= 2000; now += 100) {
    playback.advance(now)
    if (positions.at(-1) !== playback.playhead) positions.push(playback.playhead)
  }
  assert.deepEqual(positions, [0, 5, 10, 15, 20])
})

test('a pause stops it on a whole step', () => {
  const { playback, events } = setUp()
  playback.toggle()
  playback.advance(0)
  playback.advance(1030)
  playback.toggle()
  assert.deepEqual([playback.playhead, playback.at, playback.playing], [13, 13, false])
  assert.deepEqual(events, ['start', 'finished', 'start'])
  playback.pause()
  assert.equal(events.length, 3, 'a second pause has no effect')
})

test('a jump stays within the race, and the end follows the length of the race', () => {
  const { playback, events } = setUp()
  playback.seek(-5)
  assert.deepEqual([playback.playhead, playback.at], [0, 0])
  playback.nudge(Infinity)
  assert.deepEqual([playback.playhead, playback.at], [100, null])
  playback.wind([track({ rows: 201 })])
  assert.equal(playback.playhead, 200)
  assert.deepEqual(events, ['seek', 'seek', 'nudged'])
})

test('another clock keeps the share of the race', () => {
  const { playback } = setUp({ at: 25 })
  const newton = track({ rows: 101, evaluations: [0, 1, 1] })
  playback.changeClock({ clock: 'all', price: 3 }, () => playback.wind([newton]))
  assert.deepEqual([playback.end, playback.playhead, playback.clock.name], [400, 100, 'all'])
  assert.deepEqual(playback.rowAt(newton), [25, 0])
  assert.equal(playback.hasEnded(newton), false)
  assert.equal(playback.hasEnded(newton, 400), true)
})

test('a page without a clock counts steps', () => {
  const { playback } = setUp()
  playback.reset({ at: null, clock: 'all', price: 3 }, false)
  assert.equal(playback.clock.name, 'steps')
})
