// A chart over the steps, or whatever the clock counts, with a logarithmic height: past strong and future faint, on the stage's playhead.
// Drawn on canvas, because it changes under the finger and Plotly's lines take longer than a frame.

import { element, power, ticks } from './format.js'
import { marker, stroke, trail } from './runs.js'

const EDGE = { left: 40, right: 10, top: 8, bottom: 24 }

export class Chart {
  lowest = 1e-12 // of what is drawn; what lies below is on the chart's foot
  logSteps = false

  constructor(stage) {
    this.stage = stage
    this.title = element('h2')
    this.canvas = element('canvas', { role: 'img' })
    this.box = element('div', { class: 'slalom-plot' }, this.canvas)
    this.element = element('section', { class: 'slalom-card slalom-curve' }, this.title, this.box)
    this.layers = { faint: document.createElement('canvas'), strong: document.createElement('canvas') }
    this.key = null
    this.#listen()
  }

  resize() {
    const { clientWidth, clientHeight } = this.box
    this.width = clientWidth
    this.height = clientHeight
    this.scale = Math.min(devicePixelRatio || 1, 2)
    for (const canvas of [this.canvas, ...Object.values(this.layers)]) {
      canvas.width = Math.round(clientWidth * this.scale)
      canvas.height = Math.round(clientHeight * this.scale)
    }
    this.key = null
  }

  // What is drawn: {rows, step(row), value(row), style}. A chart of something else says so here.
  lines() {
    return []
  }

  // Drawn with the lines: behind them on the faint layer, and before them on both.
  behind() {}
  before() {}

  // Heights that the axis must show too.
  also() {
    return []
  }

  #range(lines) {
    let low = Infinity
    let high = -Infinity
    let ceiling = 0
    for (const line of lines) ceiling = Math.max(ceiling, line.value(0) * 1e4)
    const take = (value) => {
      if (value >= this.lowest && value < low) low = value
      if (value <= ceiling && value > high) high = value
    }
    for (const line of lines) for (let row = 0; row < line.rows; row++) take(line.value(row))
    for (const value of this.also()) take(Math.min(value, ceiling))
    if (!(high > 0)) high = 1
    if (!(low < high)) low = high / 10
    const [a, b] = [Math.floor(Math.log10(low) - 0.05), Math.ceil(Math.log10(high) + 0.05)]
    return { a, b: Math.max(b, a + 1) }
  }

  // Step 0 has no logarithm: there it lies where step 1 does.
  #share(step) {
    const end = Math.max(this.stage.end, 1)
    return this.logSteps ? Math.log(Math.max(step, 1)) / Math.log(Math.max(end, 2)) : step / end
  }

  x(step) {
    return this.edge.left + (this.width - this.edge.left - this.edge.right) * this.#share(step)
  }

  // Zero and what lies below the chart's foot is drawn on the foot; what is beyond all bounds, above its top.
  y(value) {
    if (Number.isNaN(value)) return this.edge.top - this.height
    const exponent = value > 0 ? Math.max(Math.log10(value), this.range.a) : this.range.a
    const share = Math.min((this.range.b - exponent) / (this.range.b - this.range.a), 1)
    return this.edge.top + (this.height - this.edge.top - this.edge.bottom) * Math.max(share, -1)
  }

  points(line) {
    return (row) => [this.x(line.step(row)), this.y(line.value(row))]
  }

  #context(canvas) {
    const context = canvas.getContext('2d')
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    context.clearRect(0, 0, this.width, this.height)
    return context
  }

  #layers(lines) {
    for (const [name, layer] of Object.entries(this.layers)) {
      const context = this.#context(layer)
      const faint = name === 'faint'
      if (faint) this.#axes(context)
      context.save()
      context.beginPath()
      context.rect(this.edge.left, this.edge.top - 2, this.width, this.height - this.edge.top - this.edge.bottom + 4)
      context.clip()
      if (faint) this.behind(context)
      context.globalAlpha = faint ? 0.35 : 1
      for (const line of lines) {
        const width = (faint ? 1.2 : 2.2) * (line.weight ?? 1)
        stroke(context, trail(this.points(line), line.rows - 1), { ...line.style, width })
      }
      context.globalAlpha = 1
      this.before(context, faint)
      context.restore()
    }
  }

  #axes(context) {
    const { theme, end } = this.stage
    const { a, b } = this.range
    context.font = `${11.5 * this.stage.unit}px system-ui, sans-serif`
    context.fillStyle = theme.quiet
    context.textAlign = 'right'
    context.textBaseline = 'middle'
    const every = Math.max(1, Math.ceil((b - a) / Math.max(2, Math.floor(this.height / 34))))
    for (let exponent = Math.ceil(a / every) * every; exponent <= b; exponent += every) {
      const y = this.y(10 ** exponent)
      context.strokeStyle = theme.line
      context.lineWidth = 1
      context.beginPath()
      context.moveTo(this.edge.left, y)
      context.lineTo(this.width - this.edge.right, y)
      context.stroke()
      context.fillText(power(exponent), this.edge.left - 6, y)
    }
    context.textBaseline = 'alphabetic'
    context.textAlign = 'center'
    for (const step of this.#steps(Math.max(end, 1))) {
      const half = context.measureText(step).width / 2
      context.fillText(step, Math.min(this.x(step), this.width - half - 1), this.height - 6)
    }
  }

  #steps(end) {
    if (!this.logSteps) return ticks(0, end, 4).list.filter(Number.isInteger)
    return Array.from({ length: Math.floor(Math.log10(end) + 1e-9) + 1 }, (_, i) => 10 ** i)
  }

  paint() {
    const { stage } = this
    if (!this.width) return
    this.edge = Object.fromEntries(Object.entries(EDGE).map(([side, width]) => [side, width * stage.unit]))
    if (stage.answer?.landscape !== stage.race.landscape) {
      this.#context(this.canvas)
      return
    }
    const lines = this.lines()
    const key = [stage.answerId, stage.shownKey, stage.clock.key, stage.theme.name, stage.end].join()
    if (key !== this.key) {
      this.key = key
      this.range = this.#range(lines)
      this.#layers(lines)
    }
    const context = this.#context(this.canvas)
    const x = this.x(stage.playhead)
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(this.layers.faint, 0, 0)
    const past = Math.round((x + 1) * this.scale)
    if (past > 0) context.drawImage(this.layers.strong, 0, 0, past, this.canvas.height, 0, 0, past, this.canvas.height)
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    context.strokeStyle = stage.theme.text
    context.lineWidth = 1.2
    context.beginPath()
    context.moveTo(x, this.edge.top)
    context.lineTo(x, this.height - this.edge.bottom)
    context.stroke()
    for (const line of lines) {
      if (!line.style.marker) continue
      const [px, py] = this.points(line)(line.at(stage.playhead))
      if (py >= this.edge.top - 2) marker(context, Math.min(px, x), py, line.style, stage.theme.halo, 3.6)
    }
  }

  #listen() {
    const scrub = (event) => {
      const box = this.box.getBoundingClientRect()
      const { end } = this.stage
      const share = (event.clientX - box.left - this.edge.left) / (this.width - this.edge.left - this.edge.right)
      this.stage.seek(Math.round(this.logSteps ? Math.max(end, 1) ** Math.max(share, 0) : share * end))
    }
    this.box.addEventListener('pointerdown', (event) => {
      this.box.setPointerCapture(event.pointerId)
      scrub(event)
    })
    this.box.addEventListener('pointermove', (event) => this.box.hasPointerCapture(event.pointerId) && scrub(event))
    this.box.addEventListener('lostpointercapture', () => this.stage.commit())
  }
}

// A line of a lane: a number that every row has, at some place in the numbers of the answer.
export function laneLine(stage, lane, value, style = lane.style) {
  const { rows, ticks } = lane
  return {
    rows,
    style,
    value,
    step: (row) => ticks[row],
    at: () => stage.rowAt(lane)[0],
  }
}
