import assert from 'node:assert/strict'
import { test } from 'node:test'

import { choiceOf, isAllowed, newLane, parseNumber, valuesOf } from '../../pages/stage/fields.js'
import { FINE, symbolText, toPlace, toValue } from '../../pages/stage/knobs/scale.js'
import { catalogue, parameter } from './catalogue.js'

test('numbers are parsed in common notations', () => {
  /** @type {[string, number][]} */
  const cases = [
    [' 0.001 ', 0.001],
    ['1e300', 1e300],
    ['−3', -3],
    ['', NaN],
    ['fast', NaN],
    ['1,5', NaN],
  ]
  for (const [text, number] of cases) assert.equal(parseNumber(text), number)
})

test('a number is allowed within its bounds', () => {
  const rate = { atLeast: 0, integer: false }
  assert.deepEqual(
    [0, 0.5, 1e300, -1e-9, NaN, Infinity].map((value) => isAllowed(value, rate)),
    [true, true, true, false, false, false],
  )
  const count = { atLeast: 1, atMost: 3, integer: true }
  assert.deepEqual(
    [0, 1, 1.5, 3, 4].map((value) => isAllowed(value, count)),
    [false, true, false, true, false],
  )
})

test('a new lane has the defaults of its method and no options', () => {
  assert.deepEqual(newLane(catalogue(), 'momentum'), {
    optimizer: 'momentum',
    values: { lr: 0.01, momentum: 0.9 },
    shown: true,
    schedule: null,
    clip: null,
    average: null,
  })
})

test('another kind keeps the values that both have', () => {
  const kinds = {
    norm: { title: 'norm', parameters: [parameter('threshold', 1)] },
    value: { title: 'value', parameters: [parameter('threshold', 1), parameter('applied', 0)] },
  }
  const last = { kind: 'norm', values: { threshold: 0.3 } }
  assert.deepEqual(choiceOf(kinds, 'value', last), { kind: 'value', values: { threshold: 0.3, applied: 0 } })
  assert.deepEqual(choiceOf(kinds, 'norm', null).values, { threshold: 1 })
  assert.deepEqual(valuesOf([parameter('beta1', 0.9)]), { beta1: 0.9 })
})

test('a knob goes from its low end to its high end, and its places and values agree', () => {
  /** @type {Parameters<typeof toValue>[1][]} */
  const scales = [
    { low: 1e-4, high: 10, scale: 'log', integer: false, zero: false },
    { low: -2, high: 3, scale: 'linear', integer: false, zero: false },
    { low: 1, high: 100, scale: 'log', integer: true, zero: false },
  ]
  for (const scale of scales) {
    assert.deepEqual([toValue(0, scale), toValue(FINE, scale)], [scale.low, scale.high])
    assert.deepEqual([toPlace(scale.low, scale), toPlace(scale.high, scale)], [0, FINE])
    assert.deepEqual([toPlace(-1e9, scale), toPlace(1e9, scale)], [0, FINE])
    let before = -Infinity
    for (let place = 0; place <= FINE; place += 10) {
      const value = toValue(place, scale)
      assert.ok(value >= before)
      if (!scale.integer) assert.ok(Math.abs(toPlace(value, scale) - place) <= 1)
      before = value
    }
  }
})

test('a knob with a zero has it at its low end', () => {
  assert.equal(toValue(0, { low: 1e-3, high: 1, scale: 'log', integer: false, zero: true }), 0)
  assert.equal(toPlace(0, { low: 1e-3, high: 1, scale: 'log' }), 0)
})

test('symbols are written without LaTeX', () => {
  assert.deepEqual(['\\epsilon', '\\beta_1', '\\beta_{2}', 'a', '\\kappa'].map(symbolText), ['ε', 'β₁', 'β₂', 'a', 'κ'])
})
