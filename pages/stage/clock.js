// The clock of a race: converts rows of a track to ticks of steps or costs, and ticks to rows. No DOM.

/** @import { ClockName, LaneHeader, Track, View } from './types.js' */

/** The cost of one evaluation of each kind. @typedef {[value: number, gradient: number, hessian: number]} Costs */

const ROUNDING = 1e-9
/** @type {Costs} */
const UNIT_COSTS = [1, 1, 1]

/** @type {Record<ClockName, (price: number) => Costs | null>} */
const COSTS = {
  steps: () => null,
  gradients: () => [0, 1, 0],
  all: (price) => [1, 1, price],
}

/**
 * Return the cumulative cost of every row. Each of `evaluations` is a count per step, or a list of counts per row.
 *
 * @param {Pick<LaneHeader, 'rows' | 'every' | 'steps' | 'evaluations'>} lane
 * @param {Costs} costs
 */
function cumulativeCosts({ rows, every, steps, evaluations }, costs) {
  const total = new Float64Array(rows)
  for (const [kind, count] of evaluations.entries()) {
    const cost = costs[kind]
    let sum = 0
    for (let row = 1; row < rows; row++) {
      const stepCount = row === rows - 1 ? steps - (row - 1) * every : every
      sum += cost * (typeof count === 'number' ? count * stepCount : count[row - 1])
      total[row] += sum
    }
  }
  return total
}

/**
 * Return the step of every row.
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
   * Set the evaluation counts and the ticks of a track. Ticks are whole: a step that costs 2.5 ends at tick 3.
   *
   * @param {Track} track
   */
  wind(track) {
    if (!track.evaluationCounts.length) track.evaluationCounts = cumulativeCosts(track, UNIT_COSTS)
    track.ticks = this.costs
      ? cumulativeCosts(track, this.costs).map((total) => Math.ceil(total - ROUNDING))
      : stepsOf(track)
  }

  /**
   * Return the last row that is reached, and the fraction of the way to the next. A runner moves during the last tick
   * of a step, and between thinned rows all the time.
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
    const duration = every === 1 ? 1 : ticks[high] - ticks[low]
    return [low, Math.max(0, 1 - (ticks[high] - playhead) / duration)]
  }
}
