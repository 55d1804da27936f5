// How runners are drawn: trail, halo, dash, marker and name. The map and the 3D view share it.

const HALO = 2.2
const MOST_DASHES = 8000 // a line of more takes seconds to draw, and is too dense to be told by them

// A lane's points on the screen up to a row, without those that would fall on the pixel before.
export function trail(points, upTo, tip) {
  const kept = []
  let x = NaN
  let y = NaN
  for (let row = 0; row <= upTo; row++) {
    const [px, py] = points(row)
    if (Math.abs(px - x) < 0.75 && Math.abs(py - y) < 0.75) continue
    kept.push(px, py)
    x = px
    y = py
  }
  if (tip) kept.push(...tip)
  return kept
}

export function lengthOf(kept) {
  let length = 0
  for (let i = 2; i < kept.length; i += 2) length += Math.hypot(kept[i] - kept[i - 2], kept[i + 1] - kept[i - 1])
  return length
}

export function stroke(context, kept, style, halo) {
  if (kept.length < 4) return
  context.beginPath()
  context.moveTo(kept[0], kept[1])
  for (let i = 2; i < kept.length; i += 2) context.lineTo(kept[i], kept[i + 1])
  context.lineJoin = 'round'
  if (halo) {
    context.setLineDash([])
    context.strokeStyle = halo
    context.lineWidth = style.width + HALO
    context.stroke()
  }
  const dashes = lengthOf(kept) / style.dash.reduce((sum, one) => sum + one, 0)
  context.setLineDash(dashes < MOST_DASHES ? style.dash : [])
  context.strokeStyle = style.colour
  context.lineWidth = style.width
  context.stroke()
  context.setLineDash([])
}

function polygon(context, x, y, corners, radius, turn = -Math.PI / 2, inner = 0) {
  const count = inner ? corners * 2 : corners
  for (let i = 0; i < count; i++) {
    const r = inner && i % 2 ? inner : radius
    const a = turn + (i * 2 * Math.PI) / count
    context[i ? 'lineTo' : 'moveTo'](x + r * Math.cos(a), y + r * Math.sin(a))
  }
  context.closePath()
}

const SHAPES = {
  circle: (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
  square: (c, x, y, r) => c.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7),
  triangle: (c, x, y, r) => polygon(c, x, y + r * 0.15, 3, r * 1.2),
  wedge: (c, x, y, r) => polygon(c, x, y - r * 0.15, 3, r * 1.2, Math.PI / 2),
  diamond: (c, x, y, r) => polygon(c, x, y, 4, r * 1.2),
  star: (c, x, y, r) => polygon(c, x, y, 5, r * 1.35, -Math.PI / 2, r * 0.6),
  cross: (c, x, y, r) => polygon(c, x, y, 4, r * 1.3, -Math.PI / 4, r * 0.5),
  pentagon: (c, x, y, r) => polygon(c, x, y, 5, r * 1.1),
  hexagon: (c, x, y, r) => polygon(c, x, y, 6, r * 1.1),
}

export function marker(context, x, y, style, halo, radius = 6) {
  context.beginPath()
  SHAPES[style.marker](context, x, y, radius)
  context.fillStyle = style.colour
  context.strokeStyle = halo
  context.lineWidth = 2
  context.stroke()
  context.fill()
}

// An arrow from one point of the screen to another.
export function arrow(context, [x, y], [tx, ty], colour, halo, width) {
  const size = Math.hypot(tx - x, ty - y)
  if (size < 2) return
  const head = Math.min(4 + 2.2 * width, size)
  const [ux, uy] = [(tx - x) / size, (ty - y) / size]
  const [nx, ny] = [tx - ux * head, ty - uy * head]
  context.lineCap = 'round'
  for (const [stroke, line] of [[halo, width + 3], [colour, width]]) {
    context.strokeStyle = stroke
    context.fillStyle = stroke
    context.lineWidth = line
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(nx, ny)
    context.stroke()
    context.beginPath()
    context.moveTo(tx, ty)
    context.lineTo(nx - uy * head * 0.5, ny + ux * head * 0.5)
    context.lineTo(nx + uy * head * 0.5, ny - ux * head * 0.5)
    context.closePath()
    context.lineWidth = stroke === halo ? 3 : 0.5
    context.stroke()
    context.fill()
  }
  context.lineCap = 'butt'
}

// Where an average stands.
export function ring(context, x, y, style, halo) {
  for (const [colour, width] of [[halo, 6], [style.colour, 3]]) {
    context.beginPath()
    context.arc(x, y, 8, 0, 2 * Math.PI)
    context.strokeStyle = colour
    context.lineWidth = width
    context.stroke()
  }
}

// A minimum: a flag; the best one flies the accent.
export function flag(context, px, py, theme, best) {
  context.strokeStyle = theme.halo
  context.lineWidth = 4
  context.beginPath()
  context.moveTo(px, py)
  context.lineTo(px, py - 18)
  context.stroke()
  context.strokeStyle = theme.text
  context.lineWidth = 2
  context.stroke()
  context.beginPath()
  context.moveTo(px, py - 18)
  context.lineTo(px + 12, py - 14)
  context.lineTo(px, py - 9)
  context.closePath()
  context.fillStyle = best ? theme.accent : theme.halo
  context.fill()
  context.lineWidth = 1
  context.stroke()
}

// A saddle: a cross.
export function crossing(context, px, py, theme) {
  for (const [style, width] of [[theme.halo, 4.5], [theme.text, 2]]) {
    context.strokeStyle = style
    context.lineWidth = width
    context.beginPath()
    context.moveTo(px - 5, py - 5)
    context.lineTo(px + 5, py + 5)
    context.moveTo(px - 5, py + 5)
    context.lineTo(px + 5, py - 5)
    context.stroke()
  }
}

// Text that reads on any ground.
export function haloed(context, text, x, y, theme) {
  context.lineJoin = 'round'
  context.lineWidth = 3
  context.strokeStyle = theme.halo
  context.strokeText(text, x, y)
  context.fillStyle = theme.quiet
  context.fillText(text, x, y)
}

// A swatch of a runner's line and marker, for lists.
export function swatch(canvas, style, halo) {
  const scale = Math.min(devicePixelRatio || 1, 2)
  canvas.width = 34 * scale
  canvas.height = 14 * scale
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  stroke(context, [1, 7, 33, 7], { ...style, width: 2.5 })
  marker(context, 17, 7, style, halo, 4)
}

// Name plates beside the heads, moved until none covers another.
export class Plates {
  #taken = []

  constructor(context, width, height, { plate }, unit) {
    Object.assign(this, { context, width, height, plate, unit })
  }

  // Keeps plates off a box.
  keep(x, y, width, height) {
    this.#taken.push([x, y, width, height])
  }

  // Keeps plates off a place.
  block(x, y, radius) {
    this.keep(x - radius, y - radius, 2 * radius, 2 * radius)
  }

  place(x, y, text, colour) {
    const { context } = this
    const font = (size) => `600 ${size * this.unit}px system-ui, sans-serif`
    context.font = font(13)
    // What is longer than the map is wide is written smaller.
    context.font = font(13 * Math.min(1, (this.width - 16) / context.measureText(text).width))
    const w = context.measureText(text).width + 12
    const h = Math.round(20 * this.unit)
    const offsets = [[12, -h / 2], [12, -h - 6], [12, 6], [-w - 12, -h / 2], [-w - 12, -h - 6], [-w - 12, 6], [-w / 2, -h - 14], [-w / 2, 14]]
    const candidates = [...offsets]
    for (let away = 1; away < 8; away++) {
      candidates.push([12, 6 + away * (h + 2)], [12, -h - 6 - away * (h + 2)], [-w - 12, 6 + away * (h + 2)])
    }
    const inside = ([bx, by]) => bx >= 2 && by >= 2 && bx + w <= this.width - 2 && by + h <= this.height - 2
    const free = ([bx, by]) =>
      this.#taken.every(([tx, ty, tw, th]) => bx + w <= tx || tx + tw <= bx || by + h <= ty || ty + th <= by)
    const within = (at, most) => Math.max(2, Math.min(at, most - 2))
    const boxes = candidates.map(([dx, dy]) => [x + dx, y + dy])
    const moved = boxes.map(([bx, by]) => [within(bx, this.width - w), within(by, this.height - h)])
    const [bx, by] = boxes.find((box) => inside(box) && free(box)) ?? moved.find(free) ?? boxes.find(inside) ?? moved[0]
    this.keep(bx, by, w, h)
    context.globalAlpha = 0.86
    context.fillStyle = this.plate
    context.beginPath()
    context.roundRect(bx, by, w, h, 5)
    context.fill()
    context.globalAlpha = 1
    context.fillStyle = colour
    context.textBaseline = 'middle'
    context.textAlign = 'left'
    context.fillText(text, bx + 6, by + h / 2 + 0.5)
  }
}
