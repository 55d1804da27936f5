import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Playback } from '../../pages/stage/playback.js'
import { track } from './tracks.js'

/** @param {Partial<{ steps: number, reduced: boolean, at: number | null }>} options */
function playback({ steps = 100, reduced = false, at = null } = {}) {
  const one = new Playback(() => reduced)
  /** @type {string[]} */
  const told = []
  one.on('moved', (move) => told.push(move))
  one.on('nudged', () => told.push('nudged'))
  one.on('finished', () => told.push('finished'))
  one.reset({ at, clock: 'steps', price: 1 }, true)
  one.wind([track({ rows: steps + 1 })])
  return { one, told }
}

test('it stands at the end, or where the view says', () => {
  assert.equal(playback().one.playhead, 100)
  assert.equal(playback({ at: 40 }).one.playhead, 40)
  assert.equal(playback({ at: 400 }).one.playhead, 100)
})

test('a race that is shorter for a moment does not lose the place', () => {
  const { one } = playback({ at: 40 })
  one.wind([track({ rows: 11 })])
  assert.equal(one.playhead, 10)
  one.wind([track({ rows: 101 })])
  assert.deepEqual([one.playhead, one.at], [40, 40])
})

test('it plays a whole race in eight seconds, from the beginning if it was at the end', () => {
  const { one, told } = playback()
  one.toggle()
  assert.deepEqual([one.playhead, one.playing, one.at], [0, true, null])
  one.advance(1000)
  one.advance(5000)
  assert.equal(one.playhead, 50)
  one.advance(20_000)
  assert.deepEqual([one.playhead, one.playing, one.at], [100, false, null])
  assert.deepEqual(told, ['start', 'finished'])
  one.advance(30_000)
  assert.equal(one.playhead, 100)
})

test('a short race plays no slower than five steps a second, and the speed counts', () => {
  const { one } = playback({ steps: 10 })
  one.speed = 0.5
  one.toggle()
  one.advance(0)
  one.advance(1000)
  assert.equal(one.playhead, 2.5)
})

test('with reduced motion it goes in whole steps, twice a second', () => {
  const { one } = playback({ steps: 80, reduced: true })
  one.toggle()
  /** @type {number[]} */
  const seen = []
  for (let now = 0; now <= 2000; now += 100) {
    one.advance(now)
    if (seen.at(-1) !== one.playhead) seen.push(one.playhead)
  }
  assert.deepEqual(seen, [0, 5, 10, 15, 20])
})

test('where it is paused it stays, on a whole step', () => {
  const { one, told } = playback()
  one.toggle()
  one.advance(0)
  one.advance(1030)
  one.toggle()
  assert.deepEqual([one.playhead, one.at, one.playing], [13, 13, false])
  assert.deepEqual(told, ['start', 'finished', 'start'])
  one.pause()
  assert.equal(told.length, 3, 'a pause of what stands is none')
})

test('it is put within the race, and the end is the end however long the race gets', () => {
  const { one, told } = playback()
  one.seek(-5)
  assert.deepEqual([one.playhead, one.at], [0, 0])
  one.nudge(Infinity)
  assert.deepEqual([one.playhead, one.at], [100, null])
  one.wind([track({ rows: 201 })])
  assert.equal(one.playhead, 200)
  assert.deepEqual(told, ['seek', 'seek', 'nudged'])
})

test('another clock keeps the share of the race', () => {
  const { one } = playback({ at: 25 })
  const newton = track({ rows: 101, evaluations: [0, 1, 1] })
  one.changeClock({ clock: 'all', price: 3 }, () => one.wind([newton]))
  assert.deepEqual([one.end, one.playhead, one.clock.name], [400, 100, 'all'])
  assert.deepEqual(one.rowAt(newton), [25, 0])
  assert.equal(one.hasEnded(newton), false)
  assert.equal(one.hasEnded(newton, 400), true)
})

test('a page without a clock counts steps', () => {
  const { one } = playback()
  one.reset({ at: null, clock: 'all', price: 3 }, false)
  assert.equal(one.clock.name, 'steps')
})
