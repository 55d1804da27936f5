// Polyak averaging: the last iterate and its averages, in one run or over many seeds at once.

import { Chart, laneLine } from './chart.js'
import { element, fill, short } from './format.js'
import { haloed, stroke, swatch, trail } from './runs.js'

const MANY = 256
const LOWEST = 1e-9
const BAND = 4 // numbers of a row of a band: 10 %, 50 %, 90 % and the mean
const SPREAD = 5 // numbers of a row of a spread: the mean's x and y, and the covariance xx, xy, yy
const DEVIATIONS = 2 // of the ellipses

// The half axes of a spread, and the angle of the longer one: square roots of the eigenvalues of its covariance.
function axes([, , xx, xy, yy]) {
  const [middle, half] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)]
  return [Math.sqrt(middle + half), Math.sqrt(Math.max(middle - half, 0)), Math.atan2(2 * xy, xx - yy) / 2]
}

class Excess extends Chart {
  lowest = LOWEST
  logSteps = true

  constructor(panel) {
    super(panel.stage)
    this.panel = panel
    this.modes = element('div', { class: 'slalom-modes-line', role: 'group' })
    this.element.replaceChildren(element('div', { class: 'slalom-bar' }, this.title, this.modes), this.box)
  }

  label() {
    const { words } = this.stage.catalogue
    this.title.textContent = words.excess
    this.canvas.setAttribute('aria-label', words.excessLabel)
    const { count } = this.panel
    const many = count > 1 ? count : MANY // a link may ask for another number
    const chip = (seeds, textContent) =>
      element('button', { class: 'slalom-chip', textContent, 'aria-pressed': String(count === seeds), onclick: () => this.panel.show(seeds) })
    const held = [...this.modes.children].indexOf(document.activeElement)
    this.modes.replaceChildren(chip(1, words.oneRun), chip(many, fill(words.manySeeds, { count: many })))
    this.modes.setAttribute('aria-label', words.seeds)
    this.modes.children[held]?.focus()
  }

  lines() {
    const { panel } = this
    return panel.runnersShown().map((runner) => {
      if (panel.many) return panel.line(runner, panel.block(runner).band, 3)
      const { lane, offset } = runner
      return laneLine(this.stage, lane, (row) => lane.numbers[offset + row * 4 + 2], { ...runner.style, dash: [] })
    })
  }

  // Between a tenth and nine tenths of the seeds.
  behind(context) {
    const { panel } = this
    if (!panel.many) return
    for (const runner of panel.runnersShown()) {
      const [low, high] = [0, 2].map((column) => panel.line(runner, panel.block(runner).band, column))
      const [below, above] = [low, high].map((line) => this.points(line))
      context.beginPath()
      for (let row = 0; row < low.rows; row++) context.lineTo(...below(row))
      for (let row = low.rows - 1; row >= 0; row--) context.lineTo(...above(row))
      context.closePath()
      context.globalAlpha = 0.16
      context.fillStyle = runner.style.colour
      context.fill()
      context.globalAlpha = 1
    }
  }

  // What the average of independent noise tends to.
  before(context, faint) {
    const { constant } = this.panel.told ?? {}
    if (!faint || !(constant > 0)) return
    const { theme, end, unit } = this.stage
    const [x0, y0] = [this.x(1), this.y(constant)]
    const [x1, y1] = [this.x(Math.max(end, 2)), this.y(constant / Math.max(end, 2))]
    stroke(context, [x0, y0, x1, y1], { colour: theme.text, width: 1.4, dash: [3, 4] })
    context.font = `600 ${12 * unit}px system-ui, sans-serif`
    context.textAlign = 'left'
    context.textBaseline = 'bottom'
    haloed(context, '1/k', x0 + (x1 - x0) * 0.72 + 6, y0 + (y1 - y0) * 0.72 - 4, theme)
  }
}

export class Averaging {
  firstStyle = 1 // the first is as grey as the path that all of them take

  constructor(stage) {
    this.stage = stage
    this.told = null
    this.head = element('div', { class: 'slalom-row slalom-head slalom-spread' })
    this.list = element('ul', { class: 'slalom-rows' })
    this.note = element('p', { class: 'slalom-quiet' })
    this.element = element('section', { class: 'slalom-card slalom-board' }, this.head, this.list, this.note)
    this.chart = new Excess(this)
    this.layer = document.createElement('canvas')
  }

  cards() {
    return [this.chart, this]
  }

  get count() {
    return this.stage.view?.seeds ?? 1
  }

  get many() {
    return (this.told?.count ?? 1) > 1
  }

  show(seeds) {
    this.stage.view.seeds = seeds
    this.chart.label()
    this.stage.ask()
    this.stage.commit()
  }

  // Of single runs the fewer rows, the more of the answer is about many.
  get weight() {
    return this.count > 1 ? 8 : 1
  }

  asks(moving) {
    return { seeds: this.count, fan: moving ? 12 : 64, points: moving ? 40 : 128 }
  }

  // Where in the numbers of the answer every lane's blocks begin.
  answered({ seeds }, numbers, offset) {
    this.told = seeds
    this.numbers = numbers
    this.blocks = seeds.lanes.map((lane) => {
      const take = (size) => (offset += size) - size
      const both = (size) => ({ path: lane.path ? take(size) : null, average: lane.average ? take(size) : null })
      const rows = seeds.steps.length
      return {
        fan: both(seeds.fan * rows * 2),
        band: both(rows * BAND),
        spread: both(rows * SPREAD),
        predicted: lane.predicted ? both(rows * SPREAD) : null,
        ends: both(seeds.count > 1 ? seeds.count * 2 : 0),
      }
    })
  }

  // One path of those that are the same, and every lane's average.
  runners(lanes) {
    const { theme } = this.stage
    const quiet = { colour: theme.quiet, dash: [], marker: 'circle', width: 1.1 }
    const paths = lanes.filter((lane, i) => lanes.findIndex((other) => this.#alike(other, lane)) === i)
    return [
      ...paths.map((lane) => ({
        lane,
        offset: lane.offset,
        style: this.several ? { ...lane.style, width: quiet.width } : quiet,
        name: this.#named(lane.index, null),
        kind: 'path',
      })),
      ...lanes
        .filter((lane) => lane.average !== null)
        .map((lane) => ({ lane, offset: lane.average, style: { ...lane.style, width: 3 }, name: lane.name, kind: 'average' })),
    ]
  }

  #alike(a, b) {
    const { lanes } = this.stage.race
    const run = ({ optimizer, values, schedule, clip }) => JSON.stringify([optimizer, values, schedule, clip])
    return run(lanes[a.index]) === run(lanes[b.index])
  }

  runnersShown() {
    return this.stage.shownRunners()
  }

  names() {
    return this.stage.race.lanes.map(({ average }, i) => this.#named(i, average))
  }

  // Whether there is more to tell apart than averages.
  get several() {
    return new Set(this.stage.race.lanes.map(({ optimizer }) => optimizer)).size > 1
  }

  #named(i, average) {
    const { race, catalogue } = this.stage
    const { words, optimizers, options } = catalogue
    const what = average ? fill(words.averageNamed, { kind: options.average.kinds[average.kind].title }) : words.lastIterate
    return this.several ? `${optimizers[race.lanes[i].optimizer].title} · ${what}` : what
  }

  // A runner's blocks over the seeds.
  block({ lane, kind }) {
    const blocks = this.blocks[lane.index]
    return Object.fromEntries(Object.entries(blocks).map(([name, both]) => [name, both?.[kind] ?? null]))
  }

  line(runner, offset, column) {
    const { steps } = this.told
    return {
      rows: steps.length,
      style: { ...runner.style, dash: [] },
      step: (row) => steps[row],
      value: (row) => this.numbers[offset + row * BAND + column],
      at: (playhead) => this.rowAt(playhead),
    }
  }

  // The last of the rows over the seeds that the playhead has reached.
  rowAt(playhead = this.stage.playhead) {
    const { steps } = this.told
    const after = steps.findIndex((step) => step > playhead)
    return after < 0 ? steps.length - 1 : Math.max(after - 1, 0)
  }

  #spread(offset, row) {
    return offset === null ? null : this.numbers.subarray(offset + row * SPREAD, offset + (row + 1) * SPREAD)
  }

  // Behind the heads: the fan of paths, where the seeds' runs end, and the ellipses at the playhead.
  overlay(context, map) {
    const { stage } = this
    if (!this.told || !stage.inStep) return
    if (this.many) this.#fan(context, map)
    const row = this.rowAt()
    for (const runner of this.runnersShown()) {
      const { spread, predicted } = this.block(runner)
      if (this.many) this.#ellipse(context, map, this.#spread(spread, row), { ...runner.style, dash: [], width: 2.4 })
      if (predicted !== null) this.#ellipse(context, map, this.#spread(predicted, row), { ...runner.style, dash: [3, 3], width: 1.6 })
    }
  }

  #fan(context, map) {
    const { stage, layer } = this
    const window = map.window
    const key = [stage.answerId, stage.theme.name, stage.shownKey, window.x0, window.x1, window.y0, map.width, map.height].join()
    if (key !== this.painted) {
      this.painted = key
      layer.width = Math.round(map.width * map.scale)
      layer.height = Math.round(map.height * map.scale)
      const faint = layer.getContext('2d')
      faint.setTransform(map.scale, 0, 0, map.scale, 0, 0)
      for (const runner of this.runnersShown()) this.#paths(faint, map, window, runner)
    }
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.drawImage(layer, 0, 0)
    context.restore()
  }

  #paths(context, map, window, runner) {
    const { numbers, told } = this
    const { fan, ends } = this.block(runner)
    const [ox, oy] = this.stage.answer.header.origin
    const rows = told.steps.length
    const place = (at) => map.toScreen(numbers[at] + ox, numbers[at + 1] + oy, window)
    const style = { ...runner.style, dash: [], width: 1 }
    context.globalAlpha = runner.kind === 'path' ? 0.22 : 0.3
    for (let i = 0; i < told.fan; i++) stroke(context, trail((row) => place(fan + (i * rows + row) * 2), rows - 1), style)
    context.globalAlpha = runner.kind === 'path' ? 0.45 : 0.7
    context.fillStyle = style.colour
    for (let i = 0; i < told.count; i++) {
      const [x, y] = place(ends + i * 2)
      context.fillRect(x - 1, y - 1, 2, 2)
    }
    context.globalAlpha = 1
  }

  #ellipse(context, map, spread, style) {
    const [long, wide, angle] = axes(spread)
    const { unit } = map.window
    if (!Number.isFinite(long) || !(long > 0)) return
    const [ox, oy] = this.stage.answer.header.origin
    const [x, y] = map.toScreen(spread[0] + ox, spread[1] + oy)
    context.beginPath()
    context.ellipse(x, y, Math.min((DEVIATIONS * long) / unit, 1e5), Math.min((DEVIATIONS * wide) / unit, 1e5), -angle, 0, 2 * Math.PI)
    for (const [colour, width, dash] of [[this.stage.theme.halo, style.width + 2, []], [style.colour, style.width, style.dash]]) {
      context.strokeStyle = colour
      context.lineWidth = width
      context.setLineDash(dash)
      context.stroke()
    }
    context.setLineDash([])
  }

  label() {
    const { words } = this.stage.catalogue
    this.head.replaceChildren(
      element('span'),
      element('span', { textContent: words.excessShort, title: words.excessLabel }),
      element('span', { textContent: words.spread, title: words.spreadLabel }),
      element('span', { textContent: words.theory, title: words.theoryLabel }),
    )
  }

  // The excess loss, and the spread over the seeds beside what theory says of a quadratic.
  paint() {
    const { stage } = this
    if (!this.told || !stage.inStep || !stage.runners) return
    const row = this.rowAt()
    const wide = (spread) => (spread && Number.isFinite(spread[2]) ? axes(spread).slice(0, 2).map((one) => short(one, 2)).join(' × ') : '–')
    const rows = this.runnersShown().map((runner) => {
      const { band, spread, predicted } = this.block(runner)
      const { lane, offset } = runner
      const excess = this.many ? this.numbers[band + row * BAND + 3] : lane.numbers[offset + stage.rowAt(lane)[0] * 4 + 2]
      return { runner, cells: [short(excess), this.many ? wide(this.#spread(spread, row)) : '–', wide(this.#spread(predicted, row))] }
    })
    const { words } = stage.catalogue
    const { theory, lost } = this.told
    const note = [{ exact: '', near: words.theoryNear, none: words.theoryNone }[theory], this.many && lost ? fill(words.seedsLost, { count: lost }) : '']
    const key = JSON.stringify([rows.map(({ cells }) => cells), stage.theme.name, stage.names, note])
    if (key === this.rows) return
    this.rows = key
    this.note.textContent = note.filter(Boolean).join(' ')
    this.note.hidden = !this.note.textContent
    this.list.replaceChildren(
      ...rows.map(({ runner, cells }) => {
        const canvas = element('canvas', { class: 'slalom-swatch' })
        swatch(canvas, runner.style, stage.theme.halo)
        const name = element('span', { class: 'slalom-named' }, canvas, element('span', { textContent: runner.name }))
        return element('li', { class: 'slalom-row slalom-spread' }, name, ...cells.map((textContent) => element('span', { class: 'slalom-number', textContent })))
      }),
    )
  }
}
