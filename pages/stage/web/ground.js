// The relief of a surface: tinted by the logarithm of its height, shaded by its slope, with thin isolines.
// The heights come as f - infimum on a grid, row by row from the bottom up.

const LEVELS = 22
const FLOOR = 1e-4 // of the high ground: what lies lower is one valley floor

const colour = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))

// The relief's level at every grid point: 0 on the valley floor, 1 on the high ground.
export function levels(heights) {
  const finite = Float32Array.from(heights).filter(Number.isFinite).sort()
  const at = (share) => finite[Math.min(finite.length - 1, Math.floor(share * finite.length))] ?? 0
  const offset = Math.max(FLOOR * at(0.9), 1e-30)
  const [low, high] = [Math.log(at(0.002) + offset), Math.log(at(0.995) + offset)]
  const span = Math.max(high - low, 1e-3)
  const level = Float32Array.from(heights, (height) =>
    Number.isFinite(height) ? Math.min(Math.max((Math.log(height + offset) - low) / span, 0), 1.2) : 1.2)
  // The height at which a level lies, for the axis of the 3D view.
  return { level, height: (share) => Math.exp(low + share * span) - offset }
}

// Neighbours averaged, 1 2 1 both ways: a valley narrower than the grid's cells would look like beads.
function smooth(level, columns, rows) {
  const pass = (from, step, count, at) => {
    const to = new Float32Array(from.length)
    for (let i = 0; i < from.length; i++) {
      const place = at(i)
      to[i] = (from[place > 0 ? i - step : i] + 2 * from[i] + from[place < count - 1 ? i + step : i]) / 4
    }
    return to
  }
  const across = pass(level, 1, columns, (i) => i % columns)
  return pass(across, columns, rows, (i) => Math.floor(i / columns))
}

// An image of the relief, one pixel for each grid point.
export function relief(heights, columns, rows, stops, dark) {
  const level = smooth(heights, columns, rows)
  const ramp = stops.map(colour)
  const image = new ImageData(columns, rows)
  const strength = (dark ? 1.1 : 0.7) * (columns / 200)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      const east = level[row * columns + Math.min(column + 1, columns - 1)]
      const west = level[row * columns + Math.max(column - 1, 0)]
      const north = level[Math.min(row + 1, rows - 1) * columns + column]
      const south = level[Math.max(row - 1, 0) * columns + column]
      const slope = (east - west - (north - south)) * strength * 4
      const shade = 1 - Math.max(Math.min(slope, 0.16), -0.07)
      const place = Math.min(level[i], 0.9999) * (ramp.length - 1)
      const [from, to, part] = [ramp[Math.floor(place)], ramp[Math.ceil(place)], place % 1]
      const target = ((rows - 1 - row) * columns + column) * 4
      for (let c = 0; c < 3; c++) image.data[target + c] = (from[c] + (to[c] - from[c]) * part) * shade
      image.data[target + 3] = 255
    }
  }
  return image
}

// Isolines by marching squares, as one Path2D in grid coordinates (row 0 at the bottom).
export function isolines(level, columns, rows) {
  const path = new Path2D()
  const cross = (a, b, value) => (value - a) / (b - a)
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const i = row * columns + column
      const [a, b, c, d] = [level[i], level[i + 1], level[i + columns + 1], level[i + columns]]
      const first = Math.ceil(Math.min(a, b, c, d) * LEVELS)
      const last = Math.min(Math.floor(Math.max(a, b, c, d) * LEVELS), LEVELS)
      for (let line = Math.max(first, 1); line <= last; line++) {
        const value = line / LEVELS
        const points = []
        if (a < value !== b < value) points.push([column + cross(a, b, value), row])
        if (b < value !== c < value) points.push([column + 1, row + cross(b, c, value)])
        if (d < value !== c < value) points.push([column + cross(d, c, value), row + 1])
        if (a < value !== d < value) points.push([column, row + cross(a, d, value)])
        for (let p = 0; p + 1 < points.length; p += 2) {
          path.moveTo(points[p][0], points[p][1])
          path.lineTo(points[p + 1][0], points[p + 1][1])
        }
      }
    }
  }
  return path
}
