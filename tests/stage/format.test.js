import assert from 'node:assert/strict'
import { test } from 'node:test'

import { apart, fill, power, short, ticks } from '../../pages/stage/format.js'

test('numbers are short, with a minus sign instead of a hyphen', () => {
  /** @type {[number, string][]} */
  const cases = [
    [0, '0'],
    [1 / 3, '0.333'],
    [-2.5, '−2.5'],
    [1234.5, '1235'],
    [12345, '1.2e4'],
    [0.00012345, '1.2e−4'],
    [-1e-300, '−1.0e−300'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [NaN, 'NaN'],
  ]
  for (const [number, text] of cases) assert.equal(short(number), text)
  assert.equal(short(0.000123456, 6), '1.2346e−4')
})

test('different numbers have different texts', () => {
  /** @type {[number[], string[]][]} */
  const cases = [
    [
      [1.5, 2],
      ['1.5', '2'],
    ],
    [
      [0.0019968, 0.001996],
      ['0.001997', '0.001996'],
    ],
    [
      [1.23456e-5, 1.23457e-5],
      ['1.23456e−5', '1.23457e−5'],
    ],
    [
      [1234.2, 1234.4],
      ['1234.2', '1234.4'],
    ],
    [
      [2, 1.6, 1.6],
      ['2', '1.6', '1.6'],
    ],
  ]
  for (const [numbers, texts] of cases) assert.deepEqual(apart(numbers), texts)
})

test('placeholders are filled, and unknown ones stay', () => {
  assert.equal(fill('{name} at {step}, {what}', { name: 'Adam', step: 3 }), 'Adam at 3, {what}')
})

test('exponents of powers of ten are superscripts', () => assert.equal(power(-12), '10⁻¹²'))

test('ticks are round numbers between two', () => {
  assert.deepEqual(ticks(0, 300, 4).list, [0, 100, 200, 300])
  assert.deepEqual(ticks(-2, 2, 4).list, [-2, -1, 0, 1, 2])
  assert.deepEqual(ticks(0.1, 1, 4), { list: [0.5, 1], step: 0.5 })
})
