// The loss curve: the logarithm of the loss above its lowest value, past strong and future faint.
// Drawn on canvas, because it changes under the finger and Plotly's lines take longer than a frame.

import { element, power, ticks } from './format.js'
import { marker, stroke, trail } from './runs.js'

const EDGE = { left: 40, right: 10, top: 8, bottom: 24 }
const LOWEST = 1e-12

export class Curve {
  constructor(stage) {
    this.stage = stage
    this.title = element('h3')
    this.canvas = element('canvas', { role: 'img' })
    this.box = element('div', { class: 'slalom-plot' }, this.canvas)
    this.element = element('section', { class: 'slalom-card slalom-curve' }, this.title, this.box)
    this.layers = { faint: document.createElement('canvas'), strong: document.createElement('canvas') }
    this.key = null
    this.#listen()
  }

  label() {
    const { words } = this.stage.catalogue
    this.canvas.setAttribute('aria-label', words.curveLabel)
    this.title.textContent = this.stage.answer?.header.attained === false ? words.curvePlain : words.curve
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

  #range(lanes) {
    let low = Infinity
    let high = -Infinity
    let ceiling = 0
    for (const { numbers, offset } of lanes) ceiling = Math.max(ceiling, numbers[offset + 2] * 1e4)
    for (const { numbers, offset, rows } of lanes) {
      for (let row = 0; row < rows; row++) {
        const loss = numbers[offset + row * 4 + 2]
        if (loss > low && loss < high) continue
        if (loss >= LOWEST && loss < low) low = loss
        if (loss <= ceiling && loss > high) high = loss
      }
    }
    if (!(high > 0)) high = 1
    if (!(low < high)) low = high / 10
    const [a, b] = [Math.floor(Math.log10(low) - 0.05), Math.ceil(Math.log10(high) + 0.05)]
    return { a, b: Math.max(b, a + 1) }
  }

  #x(step) {
    return this.edge.left + ((this.width - this.edge.left - this.edge.right) * step) / Math.max(this.stage.end, 1)
  }

  // Zero and what lies below the plot's foot is drawn on the foot; what is beyond all bounds, above its top.
  #y(loss) {
    const exponent = loss > 0 ? Math.max(Math.log10(loss), this.range.a) : this.range.a
    const share = Math.min((this.range.b - exponent) / (this.range.b - this.range.a), 1)
    return this.edge.top + (this.height - this.edge.top - this.edge.bottom) * Math.max(share, -1)
  }

  #points(lane) {
    const { numbers, offset, every, steps, rows } = lane
    return (row) => {
      const step = row === rows - 1 ? steps : row * every
      const loss = numbers[offset + row * 4 + 2]
      return [this.#x(step), Number.isNaN(loss) ? this.edge.top - this.height : this.#y(loss)]
    }
  }

  #context(canvas) {
    const context = canvas.getContext('2d')
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    context.clearRect(0, 0, this.width, this.height)
    return context
  }

  #lines(lanes) {
    for (const [name, layer] of Object.entries(this.layers)) {
      const context = this.#context(layer)
      if (name === 'faint') this.#axes(context)
      context.save()
      context.beginPath()
      context.rect(this.edge.left, this.edge.top - 2, this.width, this.height - this.edge.top - this.edge.bottom + 4)
      context.clip()
      context.globalAlpha = name === 'faint' ? 0.35 : 1
      for (const lane of lanes) {
        const width = name === 'faint' ? 1.2 : 2.2
        stroke(context, trail(this.#points(lane), lane.rows - 1), { ...lane.style, width })
      }
      context.restore()
    }
  }

  #axes(context) {
    const { theme, end, catalogue } = this.stage
    const { a, b } = this.range
    context.font = `${11.5 * this.stage.unit}px system-ui, sans-serif`
    context.fillStyle = theme.quiet
    context.textAlign = 'right'
    context.textBaseline = 'middle'
    const every = Math.max(1, Math.ceil((b - a) / Math.max(2, Math.floor(this.height / 34))))
    for (let exponent = Math.ceil(a / every) * every; exponent <= b; exponent += every) {
      const y = this.#y(10 ** exponent)
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
    const { list } = ticks(0, Math.max(end, 1), 4)
    for (const step of list.filter(Number.isInteger)) {
      const half = context.measureText(step).width / 2
      context.fillText(step, Math.min(this.#x(step), this.width - half - 1), this.height - 6)
    }
  }

  paint() {
    const { stage } = this
    if (!this.width) return
    this.edge = Object.fromEntries(Object.entries(EDGE).map(([side, width]) => [side, width * stage.unit]))
    if (stage.answer?.landscape !== stage.race.landscape) {
      this.#context(this.canvas)
      return
    }
    const lanes = stage.shownLanes()
    const key = [stage.answerId, stage.shownKey, stage.theme.name, stage.end].join()
    if (key !== this.key) {
      this.key = key
      this.range = this.#range(lanes)
      this.#lines(lanes)
    }
    const context = this.#context(this.canvas)
    const x = this.#x(stage.playhead)
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
    for (const lane of lanes) {
      const [row] = stage.rowAt(lane)
      const [px, py] = this.#points(lane)(row)
      if (py >= this.edge.top - 2) marker(context, Math.min(px, x), py, lane.style, stage.theme.halo, 3.6)
    }
  }

  #listen() {
    const scrub = (event) => {
      const box = this.box.getBoundingClientRect()
      const share = (event.clientX - box.left - this.edge.left) / (this.width - this.edge.left - this.edge.right)
      this.stage.seek(Math.round(share * this.stage.end))
    }
    this.box.addEventListener('pointerdown', (event) => {
      this.box.setPointerCapture(event.pointerId)
      scrub(event)
    })
    this.box.addEventListener('pointermove', (event) => this.box.hasPointerCapture(event.pointerId) && scrub(event))
    this.box.addEventListener('lostpointercapture', () => this.stage.commit())
  }
}
