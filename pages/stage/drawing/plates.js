// Name plates of runners, placed so that they do not overlap.

/** @import { Point, Theme } from '../types.js' */
/** @typedef {[x: number, y: number, width: number, height: number]} Rectangle */

const GAP = 12 // pixels between a head and its plate
const MARGIN = 2 // pixels between a plate and the edge
const ROUNDS = 8 // rows of offsets to try, above and below the head

/**
 * Return offsets of a plate from its head, in order of preference.
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
  for (let round = 1; round < ROUNDS; round++) {
    const below = 6 + round * (h + 2)
    offsets.push([GAP, below], [GAP, -h - below], [-w - GAP, below])
  }
  return offsets
}

export class Plates {
  /** @type {Rectangle[]} */
  #obstacles = []
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
   * Reserve a box that no plate may cover.
   *
   * @param {Rectangle} box
   */
  reserve(...box) {
    this.#obstacles.push(box)
  }

  /**
   * Reserve the surroundings of a place.
   *
   * @param {Point} place
   * @param {number} radius
   */
  block([x, y], radius) {
    this.reserve(x - radius, y - radius, 2 * radius, 2 * radius)
  }

  /**
   * Draw a name beside a place.
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
    this.reserve(bx, by, w, h)
    this.#draw(bx, by, w, h, text, colour)
  }

  /**
   * Set the font of a text and return its width. The font shrinks if the text is wider than the map.
   *
   * @param {string} text
   */
  #measure(text) {
    /** @param {number} size */
    const font = (size) => `600 ${size * this.#unit}px system-ui, sans-serif`
    this.#context.font = font(13)
    const { width } = this.#context.measureText(text)
    const maxWidth = this.#width - 16
    if (width <= maxWidth) return width
    this.#context.font = font((13 * maxWidth) / width)
    return this.#context.measureText(text).width
  }

  /**
   * Return the first box that is free and inside the map; else one moved inside, or one that covers others.
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
      this.#obstacles.every(([tx, ty, tw, th]) => bx + w <= tx || tx + tw <= bx || by + h <= ty || ty + th <= by)
    /** @param {number} start @param {number} end */
    const clamp = (start, end) => Math.max(MARGIN, Math.min(start, end - MARGIN))
    /** @type {Point[]} */
    const clamped = boxes.map(([bx, by]) => [clamp(bx, this.#width - w), clamp(by, this.#height - h)])
    return boxes.find((box) => inside(box) && free(box)) ?? clamped.find(free) ?? boxes.find(inside) ?? clamped[0]
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
