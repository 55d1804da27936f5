// One step, taken apart: its parts as arrows and shapes on the map, and as the coloured terms of the formula.

import { Curve } from './curve.js'
import { element, fill, short } from './format.js'
import { isolines } from './ground.js'
import { arrow, haloed, stroke } from './runs.js'

const LONGEST = 110 // pixels of the longest gradient
const AXIS = 90 // pixels of an eigenvector, both ways
const GRID = { columns: 72, rows: 54 } // of a model's contours
const NEAR = 10 // pixels: a pointer nearer than this to a shape lights it
const ZOOM = 2.2 // of what a zoom shows, in lengths of the step or of a triangle, each way
const COMMIT = 200

export class Step {
  constructor(stage) {
    this.stage = stage
    this.chart = new Curve(stage)
    this.formula = element('div', { class: 'slalom-terms-formula' })
    this.chips = element('div', { class: 'slalom-terms', role: 'group' })
    this.zoom = element('button', { class: 'slalom-chip', onclick: () => this.#zoom() })
    this.change = element('p', { class: 'slalom-change' })
    this.search = element('canvas', { class: 'slalom-search', hidden: true, role: 'img' })
    this.bar = element('p', { class: 'slalom-caption', role: 'status' })
    this.element = element('section', { class: 'slalom-card slalom-anatomy' }, this.formula, this.chips, this.change, this.search)
    this.lit = null
    this.places = [] // where the shapes are on the screen
    this.#listen()
  }

  cards() {
    return [this, this.chart]
  }

  get chosen() {
    return this.stage.view.chosen
  }

  asks() {
    this.asked = Math.floor(this.stage.playhead)
    return { dissect: { lane: this.chosen, step: this.asked } }
  }

  answered({ dissection }) {
    this.told = dissection
  }

  runners(lanes) {
    return lanes
      .filter((lane) => lane.index === this.chosen)
      .map((lane) => ({ lane, offset: lane.offset, style: { ...lane.style, dash: [], width: 1.6 }, name: '' }))
  }

  // The parts up to the one that is shown now.
  get parts() {
    const parts = this.told?.parts ?? []
    return parts.slice(0, this.current + 1)
  }

  get current() {
    const last = (this.told?.parts.length ?? 0) - 1
    return Math.min(this.stage.view.part ?? last, last)
  }

  // One part on or back, and from the last part of a step to the first of the next.
  nudge(way) {
    const { stage } = this
    if (!this.told) return
    const [now, last] = [this.current, this.told.parts.length - 1]
    if (way > 0 && now < last) stage.view.part = now + 1 < last ? now + 1 : null
    else if (way < 0 && now > 0) stage.view.part = now - 1
    else if (way > 0 && this.told.step + 1 < stage.end) this.#seek(this.told.step + 1, 0)
    else if (way < 0 && this.told.step > 0) this.#seek(this.told.step - 1, null)
    this.#shown()
  }

  #seek(step, part) {
    this.stage.view.part = part
    this.stage.seek(step)
  }

  show(part) {
    this.stage.pause()
    this.stage.view.part = part < this.told.parts.length - 1 ? part : null
    this.#shown()
  }

  #shown() {
    this.stage.paint('runs', 'board')
    this.stage.commitSoon(COMMIT)
  }

  #zoom() {
    const { view } = this.stage
    const [x, y] = this.told.at
    const reaches = this.told.parts.flatMap(({ shape }) => {
      if (shape.kind === 'triangle') return shape.corners.map(([u, v]) => Math.hypot(u - x, v - y))
      return shape.kind === 'arrow' && shape.unit === 'step' ? [Math.hypot(...shape.vector)] : []
    })
    const reach = ZOOM * Math.max(...reaches, 1e-6)
    view.window = [x - reach, x + reach, y - reach, y + reach]
    this.stage.ask()
    this.stage.commit()
    this.stage.paint('all')
  }

  label() {
    const { words, optimizers } = this.stage.catalogue
    const name = this.stage.race.lanes[this.chosen]?.optimizer
    this.zoom.textContent = words.zoomToStep
    this.chips.setAttribute('aria-label', words.parts)
    this.search.setAttribute('aria-label', words.searchLabel)
    this.formula.innerHTML = name ? optimizers[name].formula : '' // declared with the optimizer, made on the server
    this.terms = [...new Set([...this.formula.querySelectorAll('[class]')].map((node) => node.getAttribute('class')))]
    this.key = null
  }

  colour(term) {
    const { theme, catalogue } = this.stage
    if (term === 'step') return theme.text
    const colours = catalogue.palette.runners[theme.name]
    const place = [...this.terms, 'clipped', 'held'].indexOf(term)
    return colours[1 + (place % (colours.length - 1))]
  }

  #light(term) {
    if (term === this.lit) return
    this.lit = term
    this.stage.paint('runs', 'board')
  }

  // The formula, the parts and what the step does to the loss.
  paint() {
    const { stage } = this
    if (Math.floor(stage.playhead) !== this.asked) stage.ask({ moving: true })
    const { theme, catalogue } = stage
    const { words } = catalogue
    const there = stage.inStep && this.told?.lane === this.chosen
    this.chips.hidden = this.change.hidden = !there
    this.bar.textContent = there ? this.told.parts[this.current].caption : words.noStep
    this.bar.style.borderColor = there ? this.colour(this.told.parts[this.current].term) : ''
    const key = JSON.stringify([this.told, this.current, this.lit, theme.name, there])
    if (key === this.key) return
    this.key = key
    for (const node of this.formula.querySelectorAll('[class]')) {
      const term = node.getAttribute('class')
      node.style.color = this.colour(term)
      node.toggleAttribute('data-lit', term === this.#strong())
    }
    if (!there) return
    this.#chips()
    this.#change(words)
    this.#searched()
  }

  // What stands out: what the pointer is on, else the part that was added last.
  #strong() {
    return this.lit ?? this.told?.parts[this.current]?.term
  }

  // The chips stay while their terms do: one that was replaced between press and release would lose the click.
  #chips() {
    const { parts } = this.told
    const terms = [this.stage.race.lanes[this.chosen].optimizer, ...parts.map(({ term }) => term)].join()
    if (terms !== this.chipped) this.chips.replaceChildren(...parts.map((part, i) => this.#chip(part, i)), this.zoom)
    this.chipped = terms
    for (const [i, { term, caption }] of parts.entries()) {
      const chip = this.chips.children[i]
      chip.title = caption
      chip.setAttribute('aria-label', caption)
      chip.setAttribute('aria-pressed', String(i === this.current))
      chip.style.color = this.colour(term)
      chip.toggleAttribute('data-later', i > this.current)
    }
  }

  #chip({ term }, i) {
    const signs = { step: 'Δθ', clipped: 'clip(g)', held: 'clip(Δθ)' }
    const chip = element('button', { class: 'slalom-chip slalom-term', onclick: () => this.show(i) })
    const marked = this.formula.querySelector(`.${term}`)
    if (marked) {
      const math = document.createElementNS('http://www.w3.org/1998/Math/MathML', 'math')
      math.append(...[...marked.childNodes].map((node) => node.cloneNode(true)))
      for (const inner of math.querySelectorAll('[class]')) inner.removeAttribute('class')
      chip.append(math)
    } else chip.textContent = signs[term] ?? term
    chip.addEventListener('pointerenter', () => this.#light(term))
    chip.addEventListener('pointerleave', () => this.#light(null))
    return chip
  }

  #change(words) {
    const { slope, curvature, predicted, real, curvatureWins } = this.told
    const say = (number) => (number === null ? '∞' : short(number, 3))
    this.change.replaceChildren(
      element('span', { textContent: fill(words.changePredicted, { slope: say(slope), curvature: say(curvature), predicted: say(predicted) }) }),
      element('b', { textContent: fill(words.changeReal, { real: say(real) }) }),
      ...(curvatureWins ? [element('strong', { textContent: words.curvatureWins })] : []),
    )
    this.change.toggleAttribute('data-warning', curvatureWins)
  }

  // The loss along the line search, small.
  #searched() {
    const found = this.parts.find(({ shape }) => shape.kind === 'search')
    this.search.hidden = !found
    if (!found) return
    const { theme, unit } = this.stage
    const scale = Math.min(devicePixelRatio || 1, 2)
    const [width, height] = [this.search.clientWidth, this.search.clientHeight]
    this.search.width = width * scale
    this.search.height = height * scale
    const context = this.search.getContext('2d')
    context.scale(scale, scale)
    const { losses, most, taken } = found.shape
    const known = losses.filter((loss) => loss !== null)
    const [low, high] = [Math.min(...known), Math.min(Math.max(...known), 3 * Math.max(losses[0], Math.min(...known)) || Infinity)]
    const x = (a) => 8 + ((width - 16) * a) / most
    const y = (loss) => height - 16 * unit - ((height - 24 * unit) * (loss - low)) / (high - low || 1)
    const points = losses.flatMap((loss, i) => (loss === null ? [] : [x((most * i) / (losses.length - 1)), Math.max(y(loss), -height)]))
    stroke(context, points, { colour: this.colour('search'), width: 2, dash: [] })
    stroke(context, [x(taken), 0, x(taken), height - 14 * unit], { colour: theme.text, width: 1.2, dash: [3, 3] })
    context.font = `${11.5 * unit}px system-ui, sans-serif`
    context.textAlign = 'center'
    haloed(context, `α = ${short(taken)}`, Math.min(Math.max(x(taken), 30), width - 30), height - 3, theme)
  }

  // ---- on the map ----

  overlay(context, map) {
    const { stage } = this
    this.places = []
    if (!this.told || !stage.inStep || this.told.lane !== this.chosen) return
    const now = map.window
    const gradients = this.told.parts.flatMap(({ shape }) => (shape.unit === 'gradient' ? [Math.hypot(...(shape.vector ?? shape.half))] : []))
    this.scale = (LONGEST * stage.unit) / Math.max(...gradients, Number.MIN_VALUE)
    // From the ground up: what is wide, what the other arrows add up to, and the rest.
    const depth = ({ shape, adds }) => (shape.kind === 'model' ? 0 : shape.unit === 'step' && !adds ? 1 : 2)
    const parts = this.parts.map((part, i) => [depth(part), i, part]).sort(([a, i], [b, j]) => a - b || i - j)
    for (const [layer, , part] of parts) this.#drawn(context, map, now, part, layer === 1)
  }

  #drawn(context, map, now, part, sum) {
    const strong = this.#strong() === part.term
    const style = { colour: this.colour(part.term), width: (strong ? 4.6 : 2.8) + (sum ? 4 : 0), strong }
    context.globalAlpha = !strong && this.lit ? 0.3 : 1
    this[`_${part.shape.kind}`](context, map, now, part, style)
    context.globalAlpha = 1
  }

  #kept(term, ...points) {
    this.places.push({ term, points })
  }

  _arrow(context, map, now, { term, shape }, { colour, width }) {
    const from = map.toScreen(...shape.tail, now)
    const [x, y] = shape.vector
    const to = shape.unit === 'gradient'
      ? [from[0] + x * this.scale, from[1] - y * this.scale]
      : map.toScreen(shape.tail[0] + x, shape.tail[1] + y, now)
    arrow(context, from, to, colour, this.stage.theme.halo, width)
    this.#kept(term, from, to)
  }

  _spot(context, map, now, { term, shape }, { colour, width }) {
    const [x, y] = map.toScreen(...shape.at, now)
    for (const [stroked, line] of [[this.stage.theme.halo, width + 2.5], [colour, width - 0.6]]) {
      context.beginPath()
      context.arc(x, y, 7, 0, 2 * Math.PI)
      context.strokeStyle = stroked
      context.lineWidth = line
      context.stroke()
    }
    this.#kept(term, [x, y], [x, y])
  }

  _box(context, map, now, { term, shape }, { colour, width }) {
    const [x, y] = map.toScreen(...shape.center, now)
    const unit = shape.unit === 'gradient' ? this.scale : 1 / now.unit
    const [w, h] = shape.half.map((half) => half * unit)
    context.setLineDash([5, 3])
    for (const [stroked, line] of [[this.stage.theme.halo, width + 1.5], [colour, width - 1.2]]) {
      context.strokeStyle = stroked
      context.lineWidth = line
      context.strokeRect(x - w, y - h, 2 * w, 2 * h)
    }
    context.setLineDash([])
    for (const side of [-1, 1]) {
      this.#kept(term, [x - w, y + side * h], [x + w, y + side * h])
      this.#kept(term, [x + side * w, y - h], [x + side * w, y + h])
    }
  }

  // Its best corner is a dot: the point that the path shows.
  _triangle(context, map, now, { term, shape }, { colour, width, strong }) {
    const corners = shape.corners.map((corner) => map.toScreen(...corner, now))
    const [[x, y]] = corners
    context.lineJoin = 'round'
    context.beginPath()
    for (const corner of corners) context.lineTo(...corner)
    context.closePath()
    const { globalAlpha } = context
    context.fillStyle = colour
    context.globalAlpha = globalAlpha * (strong ? 0.22 : 0.08)
    context.fill()
    context.globalAlpha = globalAlpha
    for (const [stroked, line] of [[this.stage.theme.halo, width + 1.5], [colour, width - 1.2]]) {
      context.strokeStyle = stroked
      context.lineWidth = line
      context.stroke()
    }
    context.beginPath()
    context.arc(x, y, width + 1, 0, 2 * Math.PI)
    context.fill()
    corners.forEach((corner, i) => this.#kept(term, corner, corners[(i + 1) % 3]))
  }

  // Contours of the quadratic model, and where it is flat.
  _model(context, map, now, { term, shape }, { colour, width, strong }) {
    const { columns, rows } = GRID
    const [[cx, cy], [gx, gy], [a, b, d]] = [shape.center, shape.gradient, shape.hessian]
    const heights = new Float64Array(columns * rows)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const u = now.x0 + ((now.x1 - now.x0) * column) / (columns - 1) - cx
        const v = now.y0 + ((now.y1 - now.y0) * row) / (rows - 1) - cy
        heights[row * columns + column] = gx * u + gy * v + (a * u * u + 2 * b * u * v + d * v * v) / 2
      }
    }
    const [low, high] = [Math.min(...heights), Math.max(...heights)]
    const level = heights.map((height) => Math.sqrt((height - low) / (high - low || 1)))
    context.save()
    context.translate(0, map.height)
    const [sx, sy] = [map.width / (columns - 1), map.height / (rows - 1)]
    context.scale(sx, -sy)
    context.strokeStyle = colour
    context.globalAlpha *= strong ? 0.9 : 0.45
    context.lineWidth = 1.3 / Math.sqrt(sx * sy)
    context.stroke(isolines(level, columns, rows))
    context.restore()
    if (shape.flat) this._spot(context, map, now, { term, shape: { at: shape.flat } }, { colour, width })
  }

  _axes(context, map, now, { term, shape }, { colour, width }) {
    const { theme, unit } = this.stage
    const [x, y] = map.toScreen(...shape.center, now)
    context.font = `600 ${12.5 * unit}px system-ui, sans-serif`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    for (const [value, vx, vy] of shape.eigen) {
      const [dx, dy] = [vx * AXIS * unit, -vy * AXIS * unit]
      const ends = [[x - dx, y - dy], [x + dx, y + dy]]
      stroke(context, ends.flat(), { colour, width: width - 1, dash: value < 0 ? [4, 4] : [] }, theme.halo)
      haloed(context, `λ = ${short(value)}`, x + dx * 1.18, y + dy * 1.18, { ...theme, quiet: colour })
      this.#kept(term, ...ends)
    }
  }

  _search(context, map, now, { term, shape }, { colour, width }) {
    const [x, y] = shape.origin
    const at = (a) => map.toScreen(x + a * shape.direction[0], y + a * shape.direction[1], now)
    stroke(context, [...at(0), ...at(shape.most)], { colour, width: width - 1, dash: [2, 5] }, this.stage.theme.halo)
    this._spot(context, map, now, { term, shape: { at: [x + shape.taken * shape.direction[0], y + shape.taken * shape.direction[1]] } }, { colour, width })
    this.#kept(term, at(0), at(shape.most))
  }

  #listen() {
    this.formula.addEventListener('pointerover', (event) => this.#light(event.target.closest?.('[class]:not(.slalom-terms-formula)')?.getAttribute('class') ?? null))
    this.formula.addEventListener('pointerleave', () => this.#light(null))
    const { map } = this.stage
    map.element.addEventListener('pointermove', (event) => {
      if (event.buttons || event.pointerType === 'touch') return
      const box = map.element.getBoundingClientRect()
      this.#light(this.#near(event.clientX - box.left, event.clientY - box.top))
    })
    map.element.addEventListener('pointerleave', () => this.#light(null))
  }

  #near(x, y) {
    let [best, near] = [null, NEAR]
    for (const { term, points: [[ax, ay], [bx, by]] } of this.places) {
      const [dx, dy] = [bx - ax, by - ay]
      const share = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0), 1)
      const away = Math.hypot(x - ax - share * dx, y - ay - share * dy)
      if (away < near) [best, near] = [term, away]
    }
    return best
  }
}
