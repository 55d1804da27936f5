import assert from 'node:assert/strict'
import { test } from 'node:test'

import { levels, reliefPixels } from '../../pages/stage/map/levels.js'
import { trail } from '../../pages/stage/drawing/trail.js'
import { MapFrame } from '../../pages/stage/map/frame.js'
import { between, planePlaces, screenPlaces, screenTrail } from '../../pages/stage/map/places.js'
import { Store } from '../../pages/stage/store.js'
import {
  boxOf,
  edgeCrossing,
  fitWindow,
  clampInside,
  panBox,
  toPlane,
  toScreen,
  wholeBox,
  zoomBox,
} from '../../pages/stage/map/window.js'
import { catalogue, race, view } from './catalogue.js'
import { track } from './tracks.js'

/** @import { Box, Point } from '../../pages/stage/types.js' */

/** @type {Box} */
const BOX = [-2, 2, -1, 1]

/** @param {readonly number[] | null} actual @param {readonly number[]} expected */
function assertNear(actual, expected) {
  assert.ok(actual)
  assert.equal(actual.length, expected.length)
  for (const [i, value] of actual.entries()) {
    const scale = Math.max(1, Math.abs(expected[i]))
    assert.ok(Math.abs(value - expected[i]) <= 1e-9 * scale, `${actual} is not ${expected}`)
  }
}

test('a window contains its box, with the same scale in x and y', () => {
  const wide = fitWindow(BOX, 800, 200)
  assertNear(boxOf(wide), [-4, 4, -1, 1])
  const high = fitWindow(BOX, 400, 400)
  assertNear(boxOf(high), [-2, 2, -2, 2])
  for (const { x0, x1, y0, y1, unit, cx, cy } of [wide, high]) {
    assertNear([cx, cy], [0, 0])
    assert.ok(unit > 0)
    assert.ok(x0 <= BOX[0] && x1 >= BOX[1] && y0 <= BOX[2] && y1 >= BOX[3])
  }
})

test('a map without a size has a window, too', () => {
  assert.ok(fitWindow(BOX, 0, 0).unit > 0)
})

test('conversion to the plane and to the screen are inverse', () => {
  const window = fitWindow([3, 5, -7, -6], 640, 480)
  for (const pixel of /** @type {Point[]} */ ([
    [0, 0],
    [640, 480],
    [123.5, 67.25],
  ])) {
    const [x, y] = toPlane(pixel[0], pixel[1], window)
    assertNear(toScreen(x, y, window), pixel)
  }
  assertNear(toPlane(320, 240, window), [4, -6.5])
})

test('a point that is far away keeps its direction', () => {
  const window = fitWindow(BOX, 400, 200)
  const [px, py] = toScreen(3e8, -1e8, window)
  assert.ok(Math.max(Math.abs(px), Math.abs(py)) <= 1e5 + 1)
  assert.ok(Math.abs(py / px - 1 / 3) < 1e-3)
  assert.deepEqual(toScreen(Infinity, 0, window), [1e5, 100])
  assert.deepEqual(toScreen(0, Infinity, window), [200, -1e5])
})

test('a zoom leaves the point under the pointer where it is', () => {
  const window = fitWindow(BOX, 400, 200)
  /** @type {Point} */
  const pixel = [90, 30]
  const before = toPlane(...pixel, window)
  for (const factor of [0.5, 1, 3]) {
    const box = zoomBox(window, factor, pixel)
    assert.ok(box)
    const after = fitWindow(box, 400, 200)
    assertNear(toPlane(...pixel, after), before)
    assertNear([after.unit], [window.unit * factor])
  }
})

test('a zoom has limits, where numbers become too coarse', () => {
  const window = fitWindow(BOX, 400, 200)
  assert.equal(zoomBox(window, 1e-9, [0, 0]), null)
  assert.equal(zoomBox(window, 1e9, [0, 0]), null)
})

test('panning moves the box against the drag', () => {
  const window = fitWindow(BOX, 400, 200)
  assertNear(panBox(window, 100, 50), [-3, 1, -0.5, 1.5])
})

test('the whole map is the domain, extended to the start', () => {
  const domain = /** @type {[Point, Point]} */ ([
    [-2, 2],
    [-1, 1],
  ])
  assert.equal(wholeBox(domain, [2, -1]), null)
  assertNear(wholeBox(domain, [4, 0]), [-2, 4.3, -1, 1])
  assertNear(wholeBox(domain, [0, -3]), [-2, 2, -3.2, 1])
})

test('a runner that leaves is marked where it crosses the edge', () => {
  const { place, angle } = edgeCrossing([100, 100], [500, 300], 212, 200, 12)
  assertNear(place, [200, 150])
  assertNear([angle], [Math.atan2(200, 400)])
  assertNear(edgeCrossing([100, 100], [100, -900], 200, 200, 12).place, [100, 12])
  assertNear(clampInside([-50, 90], 200, 100, 14), [14, 86])
})

test('places are interpolated between rows, and the last row of a path is exact', () => {
  const lane = track({ rows: 3, last: [7, 8] })
  lane.path.set([1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0, 0])
  const places = planePlaces(lane, lane.path, [10, 20])
  assertNear(places(0), [11, 22])
  assertNear(between(places, [0, 0.5]), [12, 23])
  assertNear(places(2), [7, 8])
  assertNear(planePlaces(lane, lane.path.slice(), [0, 0])(2), [5, 6])
})

test('a trail goes through the places of its rows, once through each pixel', () => {
  const lane = track({ rows: 400, last: [0.25, 0.5] })
  for (let row = 0; row < lane.rows; row++) {
    const far = row % 50 === 49 ? 1e7 : row % 90 === 89 ? NaN : 1
    lane.path.set([Math.cos(row / 20) * far, Math.sin(row / 7) / far, 0, 0], row * 4)
  }
  const store = new Store(catalogue(), race('sgd'), view({ window: [-2, 2, -2, 2] }), '')
  const frame = Object.assign(new MapFrame(store), { width: 300, height: 200 })
  for (const path of [lane.path, lane.path.slice()]) {
    const places = screenPlaces(lane, path, [0.1, -0.2], frame)
    for (const [from, upTo] of [
      [0, 0],
      [0, 120],
      [0, 399],
      [200, 399],
      [399, 399],
      [300, 299],
    ]) {
      const expected = trail((row) => places(from + row), upTo - from)
      assert.deepEqual(screenTrail(lane, path, [0.1, -0.2], frame, from, upTo), expected)
    }
  }
  assert.ok(screenTrail(lane, lane.path, [0, 0], frame, 0, 399).length < 2 * lane.rows)
})

test('levels go from the valley floor to the high ground, and back to heights', () => {
  const heights = Float32Array.from({ length: 1000 }, (_, i) => 10 ** (i / 100 - 4))
  const { level, height } = levels(heights)
  assert.ok(level.every((value, i) => value >= 0 && value <= 1.2 && (i === 0 || value >= level[i - 1])))
  for (const i of [300, 600, 900]) assert.ok(Math.abs(height(level[i]) / heights[i] - 1) < 1e-2)
  assert.deepEqual(
    [...levels(Float32Array.of(Infinity, NaN, 1)).level.slice(0, 2)],
    [1.2000000476837158, 1.2000000476837158],
  )
})

test('a relief is an opaque picture from the top down', () => {
  const { level } = levels(Float32Array.of(0, 0, 1, 1, 10, 10))
  const pixels = reliefPixels(level, 2, 3, ['#000000', '#ffffff'], false)
  assert.equal(pixels.length, 24)
  assert.ok(pixels[0] > pixels[20], 'the high row is above')
  for (let i = 3; i < 24; i += 4) assert.equal(pixels[i], 255)
})
