// Name plates beside the heads, moved until none covers another.

/** @import { Point, Theme } from '../types.js' */
/** @typedef {[x: number, y: number, width: number, height: number]} Rectangle */

const GAP = 12 // pixels between a head and its plate
const MARGIN = 2 // pixels between a plate and the edge
const ROUNDS = 8 // rows of plates away from the head that are tried

/**
 * Places of a plate beside a head, the best first.
 *
 * @param {number} w
 * @param {number} h
 * @returns {Point[]}
 */
function offsetsOf(w, h) {
  /** @type {Point[]} */
  const offsets = [
    [GAP, -h / 2],
    [GAP, -h - 6],
    [GAP, 6],
    [-w - GAP, -h / 2],
    [-w - GAP, -h - 6],
    [-w - GAP, 6],
    [-w / 2, -h - 14],
    [-w / 2, 14],
  ]
  for (let away = 1; away < ROUNDS; away++) {
    const below = 6 + away * (h + 2)
    offsets.push([GAP, below], [GAP, -h - below], [-w - GAP, below])
  }
  return offsets
}

export class Plates {
  /** @type {Rectangle[]} */
  #taken = []
  #context
  #width
  #height
  #colour
  #unit

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   * @param {Theme} theme
   * @param {number} unit
   */
  constructor(context, width, height, theme, unit) {
    this.#context = context
    this.#width = width
    this.#height = height
    this.#colour = theme.plate
    this.#unit = unit
  }

  /**
   * Keeps plates off a box.
   *
   * @param {Rectangle} box
   */
  keep(...box) {
    this.#taken.push(box)
  }

  /**
   * Keeps plates off a place.
   *
   * @param {Point} place
   * @param {number} radius
   */
  block([x, y], radius) {
    this.keep(x - radius, y - radius, 2 * radius, 2 * radius)
  }

  /**
   * Draws a name beside a place.
   *
   * @param {Point} place
   * @param {string} text
   * @param {string} colour
   */
  place([x, y], text, colour) {
    const w = this.#measure(text) + 12
    const h = Math.round(20 * this.#unit)
    /** @type {Point[]} */
    const boxes = offsetsOf(w, h).map(([dx, dy]) => [x + dx, y + dy])
    const [bx, by] = this.#choose(boxes, w, h)
    this.keep(bx, by, w, h)
    this.#draw(bx, by, w, h, text, colour)
  }

  /**
   * The width of a text in its font. What is longer than the map is wide is written smaller.
   *
   * @param {string} text
   */
  #measure(text) {
    /** @param {number} size */
    const font = (size) => `600 ${size * this.#unit}px system-ui, sans-serif`
    this.#context.font = font(13)
    const { width } = this.#context.measureText(text)
    const most = this.#width - 16
    if (width <= most) return width
    this.#context.font = font((13 * most) / width)
    return this.#context.measureText(text).width
  }

  /**
   * The first box that is free and inside; else one moved inside, or one that covers others.
   *
   * @param {Point[]} boxes
   * @param {number} w
   * @param {number} h
   */
  #choose(boxes, w, h) {
    /** @param {Point} box */
    const inside = ([bx, by]) =>
      bx >= MARGIN && by >= MARGIN && bx + w <= this.#width - MARGIN && by + h <= this.#height - MARGIN
    /** @param {Point} box */
    const free = ([bx, by]) =>
      this.#taken.every(([tx, ty, tw, th]) => bx + w <= tx || tx + tw <= bx || by + h <= ty || ty + th <= by)
    /** @param {number} at @param {number} most */
    const within = (at, most) => Math.max(MARGIN, Math.min(at, most - MARGIN))
    /** @type {Point[]} */
    const moved = boxes.map(([bx, by]) => [within(bx, this.#width - w), within(by, this.#height - h)])
    return boxes.find((box) => inside(box) && free(box)) ?? moved.find(free) ?? boxes.find(inside) ?? moved[0]
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} w
   * @param {number} h
   * @param {string} text
   * @param {string} colour
   */
  #draw(x, y, w, h, text, colour) {
    const context = this.#context
    context.globalAlpha = 0.86
    context.fillStyle = this.#colour
    context.beginPath()
    context.roundRect(x, y, w, h, 5)
    context.fill()
    context.globalAlpha = 1
    context.fillStyle = colour
    context.textBaseline = 'middle'
    context.textAlign = 'left'
    context.fillText(text, x + 6, y + h / 2 + 0.5)
  }
}
