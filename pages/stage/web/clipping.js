// What clipping does: the gradient before it and after it, over the steps and at the playhead.

import { Chart, laneLine } from './chart.js'
import { fill, short } from './format.js'
import { arrow, haloed } from './runs.js'

const LENGTH = 40 // pixels of an arrow as long as the threshold; ten times as long is twice as long

class Norms extends Chart {
  label() {
    const { words } = this.stage.catalogue
    this.title.textContent = words.normsTitle
    this.canvas.setAttribute('aria-label', words.normsTitle)
  }

  lines() {
    return this.stage.shownLanes().filter((lane) => lane.vectors !== null).map((lane) => this.#norms(lane))
  }

  #norms(lane) {
    const { numbers, vectors } = lane
    return laneLine(this.stage, lane, (row) => Math.hypot(numbers[vectors + row * 4], numbers[vectors + row * 4 + 1]))
  }

  get thresholds() {
    const { lanes } = this.stage.race
    return [...new Set(lanes.filter((lane) => lane.clip).map((lane) => lane.clip.values.threshold))]
  }

  also() {
    return this.thresholds
  }

  // The thresholds, and a dot on every step that was clipped.
  before(context, faint) {
    const { theme, catalogue, unit } = this.stage
    for (const threshold of faint ? this.thresholds : []) {
      const y = this.y(threshold)
      context.strokeStyle = theme.accent
      context.lineWidth = 1.6
      context.setLineDash([6, 4])
      context.beginPath()
      context.moveTo(this.edge.left, y)
      context.lineTo(this.width, y)
      context.stroke()
      context.setLineDash([])
      context.font = `600 ${11.5 * unit}px system-ui, sans-serif`
      context.textAlign = 'right'
      context.textBaseline = 'bottom'
      haloed(context, `${catalogue.words.threshold} ${short(threshold)}`, this.width - this.edge.right, y - 2, theme)
    }
    context.globalAlpha = faint ? 0.35 : 1
    for (const lane of this.stage.shownLanes()) {
      if (lane.vectors === null) continue
      const { counts } = lane.clipping
      const points = this.points(this.#norms(lane))
      context.fillStyle = lane.style.colour
      for (let row = 0; row + 1 < lane.rows; row++) {
        if (counts[row + 1] === counts[row]) continue
        context.beginPath()
        context.arc(...points(row), 2.4, 0, 2 * Math.PI)
        context.fill()
      }
    }
    context.globalAlpha = 1
  }
}

export class Clipping {
  weight = 2 // rows are twice as long

  constructor(stage) {
    this.stage = stage
    this.chart = new Norms(stage)
  }

  cards(board) {
    return [this.chart, board]
  }

  asks() {
    return { clipping: true }
  }

  answered() {}

  label() {}

  paint() {}

  names() {
    const { race, catalogue } = this.stage
    const { kinds } = catalogue.options.clip
    const clips = race.lanes.map((lane) => lane.clip).filter(Boolean)
    const several = (values) => new Set(values).size > 1
    const [mixed, alike] = [several(clips.map((clip) => clip.values.applied)), !several(clips.map((clip) => clip.kind))]
    return race.lanes.map(({ clip }) => {
      if (!clip) return catalogue.words.unclipped
      const { title, parameters } = kinds[clip.kind]
      const { choices } = parameters.find((one) => one.name === 'applied')
      const what = choices[clip.values.applied]
      return mixed ? (alike ? what : `${title}: ${what}`) : title
    })
  }

  columns() {
    const { words } = this.stage.catalogue
    return [[words.loss], [words.clipped, words.clippedLabel], [words.angle, words.angleLabel]]
  }

  standing(lane, row, { loss }) {
    if (lane.vectors === null) return {}
    const count = lane.clipping.counts[row]
    const taken = Math.min(row * lane.every, lane.steps)
    const share = taken ? ` (${Math.round((100 * count) / taken)}%)` : ''
    const angle = this.#angle(lane, row)
    return { cells: [short(loss), `${count}${share}`, Number.isNaN(angle) ? '' : `${Math.round(angle)}°`] }
  }

  // Degrees between what clipping was given and what it made of it.
  #angle(lane, row) {
    const [rx, ry, cx, cy] = this.#vectors(lane, row)
    return (Math.abs(Math.atan2(rx * cy - ry * cx, rx * cx + ry * cy)) * 180) / Math.PI
  }

  #vectors({ numbers, vectors }, row) {
    return numbers.subarray(vectors + row * 4, vectors + row * 4 + 4)
  }

  // Which way each runner is sent at the playhead: by the whole gradient, thin, and by what is left of it.
  overlay(context, map) {
    const { stage } = this
    for (const lane of stage.shownLanes()) {
      if (lane.vectors === null) continue
      const { row, tip } = map.at(lane, map.points(lane))
      const [rx, ry, cx, cy] = this.#vectors(lane, row)
      // A clipped step goes along the vector, a gradient's step against it.
      const sign = stage.race.lanes[lane.index].clip?.values.applied ? 1 : -1
      const threshold = this.chart.thresholds[0] || 1
      const draw = (x, y, width) => {
        const size = Math.hypot(x, y)
        if (!(size > 0) || !Number.isFinite(size)) return
        const length = (LENGTH * stage.unit * Math.log10(1 + (9 * size) / threshold)) / size
        arrow(context, tip, [tip[0] + sign * x * length, tip[1] - sign * y * length], lane.style.colour, stage.theme.halo, width)
      }
      if (stage.race.lanes[lane.index].clip) draw(rx, ry, 1.4)
      draw(cx, cy, 3.2)
    }
  }

  // Where a runner outside the map is.
  landed(lane, row) {
    const { numbers, offset } = lane
    const [ox, oy] = this.stage.answer.header.origin
    const [x, y] = row === lane.rows - 1 && lane.last ? lane.last : [numbers[offset + row * 4] + ox, numbers[offset + row * 4 + 1] + oy]
    return fill(this.stage.catalogue.words.landed, { x: short(x), y: short(y) })
  }
}
