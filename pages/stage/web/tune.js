// How the race would go with other settings: the heat map of two numbers of a runner, and the band of every runner.

import { Curve } from './curve.js'
import { element, fill, power, short } from './format.js'
import { haloed, marker, stroke } from './runs.js'

const COARSE = 40 // cells each way while something moves
const FINE = 128
const POINTS = { moving: 61, still: 241 }
const EDGE = { left: 46, right: 10, top: 6, bottom: 22 }
const LOWEST = 1e-14
const DIVERGED = '#20242c'
const NEVER = '#c3c7cd'

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))

// A canvas with its own size and axes; "log" or not, either way.
class Plane {
  constructor(stage, name) {
    this.stage = stage
    this.canvas = element('canvas', { role: 'img', tabIndex: 0 })
    this.box = element('div', { class: `slalom-plot ${name}` }, this.canvas)
  }

  begin() {
    const { clientWidth, clientHeight } = this.box
    const scale = Math.min(devicePixelRatio || 1, 2)
    Object.assign(this, { width: clientWidth, height: clientHeight })
    this.canvas.width = Math.round(clientWidth * scale)
    this.canvas.height = Math.round(clientHeight * scale)
    const context = this.canvas.getContext('2d')
    context.setTransform(scale, 0, 0, scale, 0, 0)
    this.edge = Object.fromEntries(Object.entries(EDGE).map(([side, width]) => [side, width * this.stage.unit]))
    return context
  }

  share(axis, value) {
    const { low, high, log } = axis
    return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
  }

  x(value) {
    return this.edge.left + (this.width - this.edge.left - this.edge.right) * this.share(this.across, value)
  }

  y(value) {
    return this.height - this.edge.bottom - (this.height - this.edge.top - this.edge.bottom) * this.share(this.up, value)
  }

  marks({ low, high, log }, room) {
    if (!log) return [0, 1, 2].map((i) => low + ((high - low) * i) / 2)
    const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
    const every = Math.max(1, Math.ceil((b - a + 1) / room))
    const list = []
    for (let exponent = a; exponent <= b; exponent += every) list.push(10 ** exponent)
    return list
  }

  axes(context) {
    const { theme, unit } = this.stage
    context.font = `${11.5 * unit}px system-ui, sans-serif`
    context.fillStyle = theme.quiet
    const said = (axis, value) => (axis.log ? power(Math.round(Math.log10(value))) : short(value))
    context.textBaseline = 'alphabetic'
    context.textAlign = 'center'
    for (const value of this.marks(this.across, 6)) context.fillText(said(this.across, value), Math.min(this.x(value), this.width - 14 * unit), this.height - 6 * unit)
    context.textBaseline = 'middle'
    context.textAlign = 'right'
    for (const value of this.marks(this.up, 5)) context.fillText(said(this.up, value), this.edge.left - 6 * unit, Math.max(this.y(value), 9 * unit))
  }
}

export class Tune {
  constructor(stage) {
    this.stage = stage
    this.chart = new Curve(stage)
    this.heat = new Plane(stage, 'slalom-heat')
    this.band = new Plane(stage, 'slalom-band')
    this.boxes = [this.heat.box, this.band.box]
    this.lane = element('select', { class: 'slalom-choice', onchange: () => this.#choose(Number(this.lane.value)) })
    this.axisSelects = [0, 1].map((which) => element('select', { class: 'slalom-choice', onchange: () => this.#axis(which) }))
    this.measures = element('div', { class: 'slalom-modes-line', role: 'group' })
    this.told = element('p', { class: 'slalom-marks', role: 'status' })
    this.bandTitle = element('h3')
    this.widths = element('ul', { class: 'slalom-widths' })
    const bar = element('div', { class: 'slalom-bar' }, this.lane, this.axisSelects[0], element('span', { textContent: '×' }), this.axisSelects[1], this.measures)
    this.element = element('section', { class: 'slalom-card slalom-heat-card' }, bar, this.heat.box, this.told, this.bandTitle, this.band.box, this.widths)
    this.#listen()
  }

  cards() {
    return [this]
  }

  get chosen() {
    return this.stage.view.chosen
  }

  // The two axes: those of the view if this runner has them, else its first two.
  get axes() {
    const known = Object.keys(this.known)
    const names = this.stage.view.axes.split(' ')
    return names.length === 2 && names.every((name) => known.includes(name)) ? names : known.slice(0, 2)
  }

  // Everything that may be an axis for the chosen runner.
  get known() {
    const { race, catalogue } = this.stage
    const { hyperparameters } = catalogue.optimizers[race.lanes[this.chosen].optimizer]
    const ground = catalogue.landscapes[race.landscape]
    const own = [...hyperparameters].sort((a, b) => (b.name === 'lr') - (a.name === 'lr'))
    const starts = ['x', 'y'].map((name) => ({ name, symbol: `${name}_0`, meaning: fill(catalogue.words.startAxis, { name }), choices: [] }))
    const found = {}
    for (const one of [...own, ...ground.parameters, ...starts]) if (!one.choices.length) found[one.name] ??= one
    return found
  }

  // What two heat maps must share to be the same: everything but the numbers on the axes.
  #about() {
    const kept = structuredClone(this.stage.race)
    for (const name of this.axes) this.#put(kept, name, null)
    for (const lane of kept.lanes) delete lane.shown
    return JSON.stringify([kept, this.chosen, this.axes])
  }

  // What the bands must share: everything but the learning rates.
  #aboutBands() {
    const kept = structuredClone(this.stage.race)
    for (const lane of kept.lanes) {
      delete lane.values.lr
      delete lane.shown
    }
    return JSON.stringify(kept)
  }

  #get(race, name) {
    const lane = race.lanes[this.chosen]
    return name in lane.values ? lane.values[name] : name in race.values ? race.values[name] : race.start[name === 'x' ? 0 : 1]
  }

  #put(race, name, value) {
    const lane = race.lanes[this.chosen]
    if (name in lane.values) lane.values[name] = value
    else if (name in race.values) race.values[name] = value
    else race.start[name === 'x' ? 0 : 1] = value
  }

  asks(moving) {
    if (!this.stage.race.lanes.length || this.original) return {}
    const [about, aboutBands] = [this.#about(), this.#aboutBands()]
    const size = moving ? COARSE : FINE
    const points = moving ? POINTS.moving : POINTS.still
    const asked = { about, aboutBands }
    if (about !== this.seen || (!moving && this.size !== FINE)) asked.heat = { lane: this.chosen, axes: this.axes.join(' '), columns: size, rows: size }
    if (aboutBands !== this.seenBands || (!moving && this.points !== points)) asked.bands = { points }
    return asked
  }

  answered({ heat, bands }, numbers, offset, asked) {
    if (heat) {
      const size = heat.axes[0].values.length * heat.axes[1].values.length
      this.found = { ...heat, loss: numbers.slice(offset, offset + size), steps: numbers.slice(offset + size, offset + 2 * size) }
      offset += 2 * size
      this.seen = asked.about
      this.size = asked.heat.columns
      this.stage.root.dataset.cells = size
    }
    if (bands) {
      this.bands = bands.map((band) => {
        const count = band.rates.length * 3
        offset += count
        return { ...band, losses: numbers.slice(offset - count, offset) }
      })
      this.seenBands = asked.aboutBands
      this.points = asked.bands.points
    }
    if (!heat && !bands) return
    this.key = null
    this.stage.paint('board')
  }

  // Whether the heat map is that of the chosen runner over the chosen axes; a moment after a change it is not.
  get #inStep() {
    const { found } = this
    return this.stage.inStep && found?.lane === this.chosen && found.axes.map((axis) => axis.name).join() === this.axes.join()
  }

  label() {
    const { words } = this.stage.catalogue
    this.lane.setAttribute('aria-label', words.runner)
    for (const [i, select] of this.axisSelects.entries()) select.setAttribute('aria-label', i ? words.axisUp : words.axisAcross)
    this.heat.canvas.setAttribute('aria-label', words.heatLabel)
    this.heat.canvas.setAttribute('role', 'application') // it takes the arrow keys
    this.band.canvas.setAttribute('aria-label', words.bandLabel)
    this.band.canvas.tabIndex = -1
    this.bandTitle.textContent = words.bandTitle
    this.measures.setAttribute('aria-label', words.measure)
    const chip = (measure, textContent) => element('button', { class: 'slalom-chip', textContent, 'aria-pressed': String(this.stage.view.measure === measure), onclick: () => this.#measure(measure) })
    const held = [...this.measures.children].indexOf(document.activeElement)
    this.measures.replaceChildren(chip('loss', words.finalLoss), chip('steps', words.stepsNeeded))
    this.measures.children[held]?.focus()
    this.key = null
  }

  #choose(lane) {
    this.back()
    this.stage.chooseLane(lane)
    this.stage.ask()
    this.stage.paint('board')
  }

  #measure(measure) {
    this.stage.view.measure = measure
    this.label()
    this.stage.commit()
    this.stage.paint('board')
  }

  #axis(which) {
    this.back()
    const names = this.axes
    const name = this.axisSelects[which].value
    if (names[1 - which] === name) names[1 - which] = names[which]
    names[which] = name
    this.stage.view.axes = names.join(' ')
    this.stage.ask()
    this.stage.commit()
    this.stage.paint('board')
  }

  paint() {
    const { stage } = this
    const { race, names, theme, view } = stage
    if (!race.lanes.length || !stage.inStep) return
    const numbers = this.axes.map((name) => this.#get(race, name))
    const key = JSON.stringify([names, theme.name, view, numbers, this.heat.box.clientWidth, this.heat.box.clientHeight, stage.catalogue.language, stage.shownKey])
    if (key === this.key) return
    this.key = key
    this.#selects()
    if (this.#inStep) this.#heat(numbers)
    if (this.bands) this.#bands()
  }

  #selects() {
    const { names } = this.stage
    const options = (select, list, value) => {
      const key = JSON.stringify(list)
      if (select.dataset.key !== key) {
        select.dataset.key = key
        select.replaceChildren(...list.map(([option, textContent]) => element('option', { value: option, textContent })))
      }
      select.value = value
    }
    options(this.lane, names.map((name, i) => [String(i), name]), String(this.chosen))
    const list = Object.values(this.known).map(({ name, meaning }) => [name, meaning])
    for (const [i, name] of this.axes.entries()) options(this.axisSelects[i], list, name)
  }

  #heat([u, v]) {
    const { stage, found, heat } = this
    const { theme } = stage
    const context = heat.begin()
    const limits = ({ values, log }) => ({ low: values[0], high: values.at(-1), log })
    heat.across = limits(found.axes[0])
    heat.up = limits(found.axes[1])
    const [columns, rows] = found.axes.map((axis) => axis.values.length)
    const [left, right] = [heat.x(heat.across.low), heat.x(heat.across.high)]
    const [bottom, top] = [heat.y(heat.up.low), heat.y(heat.up.high)]
    const [cw, ch] = [(right - left) / Math.max(columns - 1, 1), (bottom - top) / Math.max(rows - 1, 1)]
    context.save()
    context.beginPath()
    context.rect(left, top, right - left, bottom - top)
    context.clip()
    context.imageSmoothingEnabled = false
    context.drawImage(this.#image(columns, rows), left - cw / 2, top - ch / 2, cw * columns, ch * rows)
    if (found.theory) {
      for (const [which, dash] of [[0, [7, 4]], [1, [2, 4]], [2, [2, 4]]]) {
        const points = found.theory.flatMap((told, row) => (told[which] === undefined ? [] : [heat.x(told[which]), heat.y(found.axes[1].values[row])]))
        stroke(context, points, { colour: theme.text, width: 2, dash }, theme.halo)
      }
    }
    context.restore()
    heat.axes(context)
    marker(context, heat.x(u), heat.y(v), { ...stage.styles[this.chosen], marker: 'circle' }, theme.halo, 6)
    this.#tell(u, v)
  }

  #image(columns, rows) {
    const { theme, view } = this.stage
    const { loss, steps } = this.found
    const ramp = theme.ground.map(channels)
    const values = view.measure === 'loss' ? loss : steps
    const logs = Array.from(values, (value) => Math.log(Math.max(value, view.measure === 'loss' ? LOWEST : 1)))
    const finite = logs.filter((_, i) => Number.isFinite(values[i]))
    const [low, high] = [Math.min(...finite), Math.max(...finite)]
    const image = new ImageData(columns, rows)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const i = row * columns + column
        const target = ((rows - 1 - row) * columns + column) * 4
        let colour
        if (!Number.isFinite(loss[i])) colour = channels(DIVERGED)
        else if (Number.isNaN(values[i])) colour = channels(NEVER)
        else {
          const place = Math.min(Math.max((logs[i] - low) / (high - low || 1), 0), 0.9999) * (ramp.length - 1)
          const [from, to, part] = [ramp[Math.floor(place)], ramp[Math.ceil(place)], place % 1]
          colour = from.map((one, c) => one + (to[c] - one) * part)
        }
        image.data.set([...colour, 255], target)
      }
    }
    const canvas = new OffscreenCanvas(columns, rows)
    canvas.getContext('2d').putImageData(image, 0, 0)
    return canvas
  }

  // The cell under the current numbers, in words.
  #tell(u, v) {
    const { words } = this.stage.catalogue
    const { axes, loss, steps } = this.found
    const nearest = ({ values, log }, value) => values.reduce((best, one, i) => (Math.abs(log ? Math.log(one / value) : one - value) < Math.abs(log ? Math.log(values[best] / value) : values[best] - value) ? i : best), 0)
    const i = nearest(axes[1], v) * axes[0].values.length + nearest(axes[0], u)
    const reached = Number.isNaN(steps[i]) ? words.neverThere : fill(words.thereAt, { step: steps[i] })
    const end = Number.isFinite(loss[i]) ? `${fill(words.endsAt, { loss: short(loss[i]) })} ${reached}` : words.divergesHere
    const numbers = this.axes.map((name, k) => `${this.known[name].meaning} ${short([u, v][k])}`)
    this.told.textContent = [...numbers, end].join(' · ')
  }

  #bands() {
    const { stage, band } = this
    const { theme, race } = stage
    const context = band.begin()
    const shown = this.bands.filter(({ lane }) => race.lanes[lane]?.shown)
    if (!shown.length) this.widths.replaceChildren()
    if (!shown.length) return
    band.across = { low: Math.min(...shown.map(({ rates }) => rates[0])), high: Math.max(...shown.map(({ rates }) => rates.at(-1))), log: true }
    const finite = shown.flatMap(({ losses }) => [...losses].filter((loss) => Number.isFinite(loss) && loss > 0))
    const begun = Math.max(...finite, LOWEST)
    band.up = { low: Math.max(Math.min(...finite), begun * 1e-16, LOWEST), high: Math.min(begun, Math.max(...shown.map(({ losses }) => losses[1])) * 100 || begun), log: true }
    band.axes(context)
    context.save()
    context.beginPath()
    context.rect(band.edge.left, 0, band.width, band.height - band.edge.bottom)
    context.clip()
    for (const { lane, rates, losses } of shown) {
      const at = (i, which) => [band.x(rates[i]), Math.max(Math.min(band.y(Math.max(losses[i * 3 + which], band.up.low)), band.height - band.edge.bottom - 1), -band.height)]
      const points = (which) => rates.flatMap((_, i) => at(i, which)).map((one) => (Number.isFinite(one) ? one : -band.height))
      const [low, high] = [points(0), points(2)]
      context.globalAlpha = 0.15
      context.fillStyle = stage.styles[lane].colour
      context.beginPath()
      for (let i = 0; i < low.length; i += 2) context.lineTo(low[i], low[i + 1])
      for (let i = high.length - 2; i >= 0; i -= 2) context.lineTo(high[i], high[i + 1])
      context.fill()
      context.globalAlpha = 1
      stroke(context, points(1), { ...stage.styles[lane], width: 2.2 }, theme.halo)
    }
    context.restore()
    const ranked = [...shown].sort((a, b) => b.decades - a.decades)
    this.widths.replaceChildren(
      ...ranked.map(({ lane, decades }) => {
        const name = element('b', { textContent: stage.names[lane] })
        name.style.color = stage.styles[lane].colour
        return element('li', {}, name, ` ${fill(stage.catalogue.words.decades, { count: decades.toFixed(2) })}`)
      }),
    )
  }

  // The numbers of the place under the pointer.
  #under(event) {
    const { heat, found } = this
    if (!this.#inStep || !heat.across) return null
    const box = heat.canvas.getBoundingClientRect()
    const place = (axis, share) => axis.values[Math.round(Math.min(Math.max(share, 0), 1) * (axis.values.length - 1))]
    return [
      place(found.axes[0], (event.clientX - box.left - heat.edge.left) / (heat.width - heat.edge.left - heat.edge.right)),
      place(found.axes[1], (heat.height - heat.edge.bottom - event.clientY + box.top) / (heat.height - heat.edge.top - heat.edge.bottom)),
    ]
  }

  // The race without what is only looked at.
  get kept() {
    return { ...this.stage.race, ...this.original }
  }

  // Shows the path of other numbers; they are kept only where they are clicked.
  #preview(numbers) {
    const { race } = this.stage
    this.original ??= structuredClone({ lanes: race.lanes, values: race.values, start: race.start })
    for (const [i, name] of this.axes.entries()) this.#put(race, name, numbers[i])
    this.stage.ask({ moving: true })
    this.stage.knobs.paint()
    this.stage.paint('board')
  }

  back() {
    if (!this.original) return
    Object.assign(this.stage.race, this.original)
    this.original = null
    this.stage.ask()
    this.stage.knobs.paint()
    this.stage.paint('board')
  }

  // Another race has come: what was only looked at in the last one is gone with it.
  renewed() {
    this.original = null
  }

  #keep() {
    this.original = null
    this.stage.change({ done: true })
  }

  #listen() {
    const { canvas } = this.heat
    const look = (event) => {
      const numbers = this.#under(event)
      if (numbers) this.#preview(numbers)
      return numbers
    }
    let pressed = false
    canvas.addEventListener('pointermove', look)
    // A finger does not hover: it looks while it is down, and what it is lifted from is kept.
    canvas.addEventListener('pointerdown', (event) => {
      pressed = event.button === 0
      if (pressed) look(event)
    })
    canvas.addEventListener('pointerup', (event) => {
      if (pressed && look(event)) this.#keep()
      pressed = false
    })
    for (const name of ['pointerleave', 'pointercancel']) {
      canvas.addEventListener(name, () => {
        pressed = false
        this.back()
      })
    }
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
    canvas.addEventListener('keydown', (event) => {
      const way = ways[event.key]
      if (!way || !this.#inStep || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      event.stopPropagation()
      const numbers = this.found.axes.map((axis, i) => {
        const now = this.#get(this.stage.race, axis.name)
        const nearest = axis.values.reduce((best, one, j) => (Math.abs(one - now) < Math.abs(axis.values[best] - now) ? j : best), 0)
        return way[i] ? axis.values[Math.min(Math.max(nearest + way[i], 0), axis.values.length - 1)] : now
      })
      this.original = null
      for (const [i, { name }] of this.found.axes.entries()) this.#put(this.stage.race, name, numbers[i])
      this.stage.change({ done: false })
      this.stage.paint('board')
    })
    canvas.addEventListener('keyup', (event) => ways[event.key] && this.stage.change({ done: true }))
  }
}
