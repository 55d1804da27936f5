// The clock of a race: what has been spent up to a row, and where a runner stands when so much may be spent.

// What a value, a gradient and a Hessian cost.
const COSTS = {
  gradients: () => [0, 1, 0],
  all: (price) => [1, 1, price],
}
const ROUNDING = 1e-9

// What was spent up to every row; `evaluations` are the counts of a step, or lists of what every row adds.
function spentOf({ rows, every, steps, evaluations }, costs) {
  const spent = new Float64Array(rows)
  for (let row = 1; row < rows; row++) {
    const taken = row === rows - 1 ? steps - (row - 1) * every : every
    const cost = (kind) => costs[kind] * (evaluations[kind][row - 1] ?? evaluations[kind] * taken)
    spent[row] = spent[row - 1] + cost(0) + cost(1) + cost(2)
  }
  return spent
}

export class Clock {
  constructor({ clock, price } = { clock: 'steps' }) {
    this.name = clock
    this.costs = COSTS[clock]?.(price) ?? null
    this.key = `${clock} ${price}`
  }

  // Notes what a lane has spent up to each of its rows, in whole ticks: a step of 2.5 is paid when 3 are there.
  wind(lane) {
    const { rows, every, steps } = lane
    lane.asked ??= spentOf(lane, [1, 1, 1])
    lane.ticks = this.costs
      ? spentOf(lane, this.costs).map((spent) => Math.ceil(spent - ROUNDING))
      : Float64Array.from({ length: rows }, (_, row) => (row === rows - 1 ? steps : row * every))
  }

  // The last row that can be paid, and how far it is to the next: a step is taken during the last tick of its price.
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
