// The spread of points over the seeds. No DOM.

export const SPREAD = 5 // numbers per row: the mean's x and y, and the covariance xx, xy, yy

/**
 * Return the half axes of a spread (the square roots of its covariance's eigenvalues) and the angle of the longer one.
 *
 * @param {ArrayLike<number>} spread
 * @returns {[long: number, short: number, angle: number]}
 */
export function halfAxes(spread) {
  const [xx, xy, yy] = [spread[2], spread[3], spread[4]]
  const [middle, half] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)]
  return [Math.sqrt(middle + half), Math.sqrt(Math.max(middle - half, 0)), Math.atan2(2 * xy, xx - yy) / 2]
}
