// The clock of a race: what has been spent up to a row, and where a runner stands when so much may be spent. No DOM.

/** @import { ClockName, LaneHeader, Track, View } from './types.js' */

/** What a value, a gradient and a Hessian cost. @typedef {[value: number, gradient: number, hessian: number]} Costs */

const ROUNDING = 1e-9
/** @type {Costs} */
const COUNTED = [1, 1, 1]

/** @type {Record<ClockName, (price: number) => Costs | null>} */
const COSTS = {
  steps: () => null,
  gradients: () => [0, 1, 0],
  all: (price) => [1, 1, price],
}

/**
 * What was spent up to every row; `evaluations` are the counts of a step, or lists of what every row adds.
 *
 * @param {Pick<LaneHeader, 'rows' | 'every' | 'steps' | 'evaluations'>} lane
 * @param {Costs} costs
 */
function spentOf({ rows, every, steps, evaluations }, costs) {
  const spent = new Float64Array(rows)
  for (const [kind, count] of evaluations.entries()) {
    const cost = costs[kind]
    let sum = 0
    for (let row = 1; row < rows; row++) {
      const taken = row === rows - 1 ? steps - (row - 1) * every : every
      sum += cost * (typeof count === 'number' ? count * taken : count[row - 1])
      spent[row] += sum
    }
  }
  return spent
}

/**
 * The step of every row.
 *
 * @param {Pick<LaneHeader, 'rows' | 'every' | 'steps'>} lane
 */
function stepsOf({ rows, every, steps }) {
  const list = new Float64Array(rows)
  for (let row = 0; row < rows; row++) list[row] = row * every
  list[rows - 1] = steps
  return list
}

export class Clock {
  /** @param {Pick<View, 'clock' | 'price'>} view */
  constructor({ clock, price } = { clock: 'steps', price: 1 }) {
    this.name = clock
    this.costs = COSTS[clock](price)
    this.key = `${clock} ${price}`
  }

  /**
   * Notes what a lane has spent up to each of its rows, in whole ticks: a step of 2.5 is paid when 3 are there.
   *
   * @param {Track} track
   */
  wind(track) {
    if (!track.evaluationCounts.length) track.evaluationCounts = spentOf(track, COUNTED)
    track.ticks = this.costs ? spentOf(track, this.costs).map((spent) => Math.ceil(spent - ROUNDING)) : stepsOf(track)
  }

  /**
   * The last row that can be paid, and how far it is to the next: a step is taken during the last tick of its price.
   *
   * @param {Pick<Track, 'rows' | 'every' | 'ticks'>} track
   * @param {number} playhead
   * @returns {[row: number, part: number]}
   */
  at({ rows, every, ticks }, playhead) {
    let low = 0
    let high = rows - 1
    if (playhead >= ticks[high]) return [high, 0]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (ticks[middle] <= playhead) low = middle
      else high = middle
    }
    const during = every === 1 ? 1 : ticks[high] - ticks[low]
    return [low, Math.max(0, 1 - (ticks[high] - playhead) / during)]
  }
}
