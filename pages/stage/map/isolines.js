// Isolines of a grid by marching squares.

const LINES = 22 // between the levels 0 and 1

/**
 * Return the isolines as one path in grid coordinates, with row 0 at the bottom.
 *
 * @param {Float32Array | Float64Array} level
 * @param {number} columns
 * @param {number} rows
 */
export function isolines(level, columns, rows) {
  const path = new Path2D()
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) addCell(path, level, columns, column, row)
  }
  return path
}

/** @param {number} a @param {number} b @param {number} value */
const crossing = (a, b, value) => (value - a) / (b - a)

/**
 * Add the lines through one cell with the corners a b c d, counter-clockwise from the bottom left.
 *
 * @param {Path2D} path
 * @param {Float32Array | Float64Array} level
 * @param {number} columns
 * @param {number} column
 * @param {number} row
 */
function addCell(path, level, columns, column, row) {
  const i = row * columns + column
  const [a, b, c, d] = [level[i], level[i + 1], level[i + columns + 1], level[i + columns]]
  const first = Math.ceil(Math.min(a, b, c, d) * LINES)
  const last = Math.min(Math.floor(Math.max(a, b, c, d) * LINES), LINES)
  for (let line = Math.max(first, 1); line <= last; line++) {
    const value = line / LINES
    const points = []
    if (a < value !== b < value) points.push([column + crossing(a, b, value), row])
    if (b < value !== c < value) points.push([column + 1, row + crossing(b, c, value)])
    if (d < value !== c < value) points.push([column + crossing(d, c, value), row + 1])
    if (a < value !== d < value) points.push([column, row + crossing(a, d, value)])
    for (let p = 0; p + 1 < points.length; p += 2) {
      path.moveTo(points[p][0], points[p][1])
      path.lineTo(points[p + 1][0], points[p + 1][1])
    }
  }
}
