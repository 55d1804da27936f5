import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Store } from '../../pages/stage/store.js'
import { catalogue, race, view } from './catalogue.js'
import { track } from './tracks.js'

/** @import { Answer, OptionName, View } from '../../pages/stage/types.js' */

/** @param {string[]} optimizers @param {Partial<View>} changes @param {OptionName | ''} subject */
function store(optimizers, changes = {}, subject = '') {
  const one = new Store(catalogue(), race(...optimizers), view(changes), subject)
  /** @type {string[]} */
  const told = []
  for (const name of /** @type {const} */ (['values', 'lanes', 'shown', 'chosen', 'view', 'window', 'part', 'clock'])) {
    one.on(name, () => told.push(name))
  }
  return { one, told }
}

/** @param {Store} one */
const rates = (one) => one.race.lanes.map((lane) => lane.values.lr)

test('what it is given stays as it was given', () => {
  const [given, shown] = [race('sgd'), view()]
  const one = new Store(catalogue(), given, shown, '')
  one.setHyperparameter(0, 'lr', 5)
  one.replaceRace(given, shown)
  one.changeView({ mode: '3d' })
  assert.deepEqual([given.lanes[0].values.lr, shown.mode, rates(one)], [0.1, 'map', [0.1]])
})

test('a number is set for one lane, and a shared rate for all that share it', () => {
  const own = store(['sgd', 'momentum', 'newton'])
  own.one.setHyperparameter(0, 'lr', 0.5)
  assert.deepEqual(rates(own.one), [0.5, 0.1, undefined])
  const same = store(['sgd', 'momentum', 'newton'], { rule: 'same' })
  same.one.setHyperparameter(1, 'lr', 0.5)
  assert.deepEqual(rates(same.one), [0.5, 0.5, undefined])
  assert.deepEqual([same.one.view.rule, same.one.isEdited], ['same', false])
})

test('a rule that sets every number ends where one is set by hand, until another race comes', () => {
  const { one } = store(['sgd'], { rule: 'tuned' })
  one.setHyperparameter(0, 'lr', 0.5)
  assert.deepEqual([one.view.rule, one.isEdited], ['own', true])
  one.replaceRace(race('sgd'), view({ rule: 'tuned' }))
  assert.deepEqual([one.view.rule, one.isEdited], ['tuned', false])
})

test('with a subject, all lanes of a method are set alike, and options are everybody’s', () => {
  const { one } = store(['sgd', 'momentum', 'sgd'], {}, 'average')
  one.setHyperparameter(0, 'lr', 0.5)
  assert.deepEqual(rates(one), [0.5, 0.1, 0.5])
  const clip = { kind: 'norm', values: { threshold: 1 } }
  one.setOption(1, 'clip', clip)
  assert.deepEqual(
    one.race.lanes.map((lane) => lane.clip),
    [clip, clip, clip],
  )
  assert.notEqual(one.race.lanes[0].clip, one.race.lanes[1].clip)
})

test('lanes come and go, and another one is chosen', () => {
  const { one, told } = store(['sgd', 'newton'], { rule: 'same' })
  one.addLane('momentum')
  assert.deepEqual(one.race.lanes[2].values, { lr: 0.1, momentum: 0.9 }, 'it shares the rate of all')
  assert.equal(one.view.chosen, 2)
  one.duplicateLane(0)
  assert.deepEqual(
    one.race.lanes.map((lane) => lane.optimizer),
    ['sgd', 'sgd', 'newton', 'momentum'],
  )
  assert.equal(one.view.chosen, 1)
  one.chooseLane(3)
  one.removeLane(3)
  assert.equal(one.view.chosen, 2)
  assert.deepEqual(told, ['lanes', 'lanes', 'chosen', 'lanes'])
})

test('no more lanes come than there is room for', () => {
  const { one, told } = store(Array(9).fill('sgd'))
  one.addLane('sgd')
  one.duplicateLane(0)
  assert.equal(one.race.lanes.length, 9)
  assert.deepEqual(told, [])
})

test('the last lane may go too', () => {
  const { one } = store(['sgd'])
  one.removeLane(0)
  assert.deepEqual([one.race.lanes, one.view.chosen], [[], 0])
})

test('a lane is hidden and shown, and one that is not there is neither', () => {
  const { one, told } = store(['sgd', 'newton'])
  one.toggleLane(1)
  assert.equal(one.shownKey, '10')
  one.toggleLane(7)
  assert.deepEqual(told, ['shown'])
})

test('the start moves', () => {
  const { one, told } = store(['sgd'])
  one.moveStart([3, 4], false)
  assert.deepEqual([one.race.start, one.isMoving, one.isTouched], [[3, 4], true, true])
  one.changeValues(true)
  assert.equal(one.isMoving, false)
  assert.deepEqual(told, ['values', 'values'])
})

test('lanes have styles of their own, from the first on', () => {
  const { one } = store(['sgd', 'momentum', 'newton'])
  one.styleLanes('dark', 1)
  assert.deepEqual(
    one.styles.map(({ colour, marker }) => [colour, marker]),
    [
      ['#fffff2', 'square'],
      ['#fffff3', 'star'],
      ['#fffff1', 'circle'],
    ],
  )
})

test('lanes are called after their methods until an answer names them', () => {
  const { one } = store(['sgd', 'sgd'])
  assert.deepEqual(one.names, ['SGD', 'SGD'])
  assert.equal(answer(one, 'SGD', 'SGD 2'), true)
  assert.equal(answer(one, 'SGD', 'SGD 2'), false)
  assert.deepEqual(one.names, ['SGD', 'SGD 2'])
})

test('lanes keep their names where others come and go', () => {
  const { one } = store(['sgd', 'sgd', 'newton'])
  answer(one, 'SGD', 'SGD 2', 'Newton')
  one.removeLane(0)
  one.duplicateLane(1)
  one.addLane('momentum')
  assert.deepEqual(one.names, ['SGD 2', 'Newton', 'Newton', 'Momentum'])
})

test('another race keeps the names unless its methods are others', () => {
  const { one } = store(['sgd', 'sgd'])
  answer(one, 'a', 'b')
  one.replaceRace({ ...race('sgd', 'sgd'), steps: 3 }, view())
  assert.deepEqual(one.names, ['a', 'b'])
  one.replaceRace(race('newton'), view())
  assert.deepEqual(one.names, ['Newton'])
})

/**
 * Gives lanes the names of an answer.
 *
 * @param {Store} one
 * @param {string[]} names
 */
function answer(one, ...names) {
  const tracks = names.map((name, index) => ({ ...track({ name }), index }))
  one.answer = /** @type {Answer} */ ({ tracks })
  return one.nameLanes()
}
