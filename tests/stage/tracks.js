// Tracks for tests.

/** @import { LaneHeader, Track } from '../../pages/stage/types.js' */

/**
 * A track of zeros.
 *
 * @param {Partial<LaneHeader>} header
 * @returns {Track}
 */
export function track(header = {}) {
  const rows = header.rows ?? 11
  return {
    name: '',
    nameWithout: '',
    rows,
    every: 1,
    steps: rows - 1,
    outcome: 'out_of_steps',
    reason: null,
    best: false,
    phrase: 'out of steps',
    minimum: null,
    last: [0, 0],
    final: { loss: 0, slope: 0 },
    evaluations: [0, 1, 0],
    rates: null,
    ...header,
    index: 0,
    path: new Float32Array(rows * 4),
    average: null,
    style: null,
    evaluationCounts: new Float64Array(),
    ticks: new Float64Array(),
  }
}
