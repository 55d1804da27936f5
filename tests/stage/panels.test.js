// What the panels of pages compute.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { halfAxes } from '../../pages/averaging/spread.js'
import { endColour, endText, hueTable, sharesOf, stripPixels } from '../../pages/basins/ends.js'
import { nearest, numberOf, putNumber } from '../../pages/tune/axes.js'
import { race } from './catalogue.js'

/** @import { Words } from '../../pages/stage/types.js' */

// No code of Python's: whatever an answer says is to be followed.
const CODES = {
  first_saddle: 100,
  saddle: 200,
  maximum: 201,
  stalled: 202,
  diverged: 203,
  out_of_steps: 204,
  no_step: 205,
  elsewhere: 206,
}
const COLOURS = ['#000000', '#ff0000', '#00ff00', '#0000ff', '#ffff00', '#00ffff', '#ff00ff']

test('the half axes of a spread are roots of the eigenvalues of its covariance', () => {
  assert.deepEqual(halfAxes([0, 0, 9, 0, 4]), [3, 2, 0])
  const [long, short, angle] = halfAxes([0, 0, 2.5, 1.5, 2.5])
  assert.ok(Math.abs(long - 2) < 1e-12 && Math.abs(short - 1) < 1e-12 && Math.abs(angle - Math.PI / 4) < 1e-12)
})

test('every end has a colour, and minima none of those that are no minima', () => {
  const colours = Array.from({ length: 256 }, (_, end) => endColour(end, CODES, COLOURS))
  assert.ok(colours.every((colour) => /^#[0-9a-f]{6}$/.test(colour)))
  assert.deepEqual(new Set(colours.slice(0, CODES.first_saddle)), new Set(COLOURS.slice(1)))
})

test('ends are what the codes of the answer say', () => {
  const words = /** @type {Words} */ ({ maximum: 'top', stalled: 'flat' })
  assert.deepEqual(
    [CODES.maximum, CODES.stalled, 0, CODES.first_saddle].map((end) => endText(end, CODES, words)),
    ['top', 'flat', undefined, undefined],
  )
  const other = { ...CODES, maximum: CODES.stalled, stalled: CODES.maximum }
  assert.equal(endText(CODES.maximum, other, words), 'flat')
  assert.equal(endColour(CODES.maximum, other, COLOURS), endColour(CODES.stalled, CODES, COLOURS))
})

test('a strip is stronger the later its runs end, from the top down', () => {
  const strip = { ends: Uint8Array.of(0, 0, 1, 1), steps: Uint8Array.of(0, 255, 0, 255) }
  const pixels = stripPixels(strip, 2, CODES, hueTable(CODES, COLOURS), '#ffffff')
  assert.deepEqual([...pixels.slice(12, 16)], [255, 0, 0, 255])
  assert.deepEqual([...pixels.slice(4, 8)], [0, 255, 0, 255])
  assert.ok(pixels[9] > 200, 'pale is soon')
})

test('shares are of all cells', () => {
  const shares = sharesOf([Uint8Array.of(1, 1, 2), Uint8Array.of(2, 2, 2, 3, 3)])
  assert.deepEqual(
    [...shares],
    [
      [1, 0.25],
      [2, 0.5],
      [3, 0.25],
    ],
  )
})

test('the numbers on the axes are read and written where they are', () => {
  const one = race('sgd')
  const axes = ['lr', 'condition', 'x', 'y'].map((name, i) => ({ name, coordinate: i < 2 ? null : i - 2 }))
  for (const [i, axis] of axes.entries()) putNumber(one, 0, axis, i)
  assert.deepEqual([one.lanes[0].values.lr, one.values.condition, one.start], [0, 1, [2, 3]])
  assert.deepEqual(
    axes.map((axis) => numberOf(one, 0, axis)),
    [0, 1, 2, 3],
  )
})

test('the nearest value is found, by its logarithm too', () => {
  assert.equal(nearest([1, 10, 100], 40), 1)
  assert.equal(nearest([1, 10, 100], 40, true), 2)
})
