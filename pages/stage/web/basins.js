// Basins: from every start on the map, where a runner ends (its hue) and how soon (its lightness).
// A coarse picture comes at once; while nothing moves it is refined strip by strip.

import { Curve } from './curve.js'
import { element, fill } from './format.js'
import { MapView } from './map.js'

const CELL = 7 // pixels of a coarse cell
const FINE = 512 // columns and rows at rest
const STRIP = 16 // rows of one answer
const WAIT = 100 // milliseconds between two looks at whether the finger is lifted
const FIRST_SADDLE = 128
const SADDLES = ['#fbf9f2', '#e4e1d8', '#cfccc4', '#f1e9d8', '#dcd6e2']
const [SADDLE, NO_STEP, MAXIMUM, STALLED, DIVERGED, OUT, ELSEWHERE] = [249, 250, 251, 252, 253, 254, 255]

const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))

export class Basins {
  static runner = 0
  startsAnywhere = true

  constructor(stage) {
    this.stage = stage
    this.chart = new Curve(stage)
    this.maps = [new MapView(stage, 1)]
    this.title = element('h3')
    this.list = element('ul', { class: 'slalom-rows' })
    this.element = element('section', { class: 'slalom-card slalom-board' }, this.title, this.list)
    this.pictures = [null, null]
    this.version = 0
  }

  cards(board) {
    return [this, board]
  }

  // How many maps there are: one for each of the first two runners.
  get count() {
    return Math.min(this.stage.race.lanes.length, 2)
  }

  get #about() {
    const { lanes, start, ...race } = this.stage.race
    const { x0, x1, y0, y1 } = this.stage.map.window
    return JSON.stringify([race, lanes.map(({ shown, ...lane }) => lane), x0, x1, y0, y1])
  }

  asks(moving) {
    const { map } = this.stage
    const { x0, x1, y0, y1 } = map.window
    const about = this.#about
    const asked = { window: [x0, x1, y0, y1], about }
    if (!this.count) return {}
    if (about !== this.known) {
      const [columns, rows] = [map.width, map.height].map((size) => Math.max(Math.round(size / CELL), 2))
      return { basins: { ...asked, columns, rows } }
    }
    if (moving || this.next >= FINE) return {}
    return { basins: { ...asked, columns: FINE, rows: FINE, from: this.next, to: Math.min(this.next + STRIP, FINE) } }
  }

  answered(header, numbers, offset, { basins }) {
    if (!header.basins) return
    const { columns, rows, from, to, lanes } = header.basins
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset + offset * 4)
    const size = columns * (to - from)
    this.minima = header.minima
    this.saddles = header.saddles
    for (let lane = 0; lane < lanes; lane++) {
      const [ends, steps] = [0, 1].map((half) => bytes.slice((lane * 2 + half) * size, (lane * 2 + half + 1) * size))
      const layer = { columns, rows, window: basins.window, pieces: [], painted: 0, theme: null }
      if (basins.from === undefined) this.pictures[lane] = { coarse: layer, fine: null }
      else this.pictures[lane].fine ??= layer
      const { coarse, fine } = this.pictures[lane]
      const last = fine ?? coarse
      last.pieces.push({ from, to, ends, steps })
    }
    this.known = basins.about
    this.next = basins.from === undefined ? 0 : to
    this.stage.root.dataset.fine = this.next
    this.version++
    this.stage.paint('ground', 'board')
    clearTimeout(this.refining)
    this.refining = setTimeout(() => this.#refine())
  }

  // What is coarse waits until the finger is lifted.
  #refine() {
    if (this.stage.closed || this.next >= FINE) return
    if (this.stage.held) this.refining = setTimeout(() => this.#refine(), WAIT)
    else this.stage.ask()
  }

  get groundKey() {
    return `${this.version} ${this.count}`
  }

  colour(end) {
    const { theme, catalogue } = this.stage
    const colours = catalogue.palette.runners[theme.name]
    if (end >= FIRST_SADDLE && end <= SADDLE) return SADDLES[(end - FIRST_SADDLE) % SADDLES.length]
    const others = { [MAXIMUM]: '#8d6e63', [STALLED]: '#9aa0a8', [OUT]: '#c3c7cd', [DIVERGED]: '#20242c', [NO_STEP]: '#5d5348', [ELSEWHERE]: colours[6] }
    return others[end] ?? colours[1 + (end % (colours.length - 1))]
  }

  // The picture of a runner's basins, under the isolines.
  ground(context, map, now) {
    const { theme } = this.stage
    const picture = this.pictures[map.only]
    if (!picture || map.only >= this.count) return
    context.imageSmoothingEnabled = false
    for (const layer of [picture.coarse, picture.fine].filter(Boolean)) {
      if (layer.theme !== theme.name) Object.assign(layer, { theme: theme.name, painted: 0, image: new OffscreenCanvas(layer.columns, layer.rows) })
      while (layer.painted < layer.pieces.length) this.#painted(layer, layer.pieces[layer.painted++])
      const [x0, x1, y0, y1] = layer.window
      const [left, top] = map.toScreen(x0, y1, now)
      const [right, bottom] = map.toScreen(x1, y0, now)
      // Cells lie about their points.
      const [cw, ch] = [(right - left) / (layer.columns - 1), (bottom - top) / (layer.rows - 1)]
      context.drawImage(layer.image, left - cw / 2, top - ch / 2, cw * layer.columns, ch * layer.rows)
    }
    context.imageSmoothingEnabled = true
  }

  #painted(layer, piece) {
    const { theme } = this.stage
    const { columns } = layer
    const rows = piece.to - piece.from
    const image = new ImageData(columns, rows)
    const known = new Map()
    const ground = channels(theme.dark ? '#0b0f15' : '#ffffff')
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const i = row * columns + column
        const end = piece.ends[i]
        if (!known.has(end)) known.set(end, channels(this.colour(end)))
        const colour = known.get(end)
        const share = end < FIRST_SADDLE || end === ELSEWHERE ? 0.15 + 0.85 * (piece.steps[i] / 255) : 1
        const target = ((rows - 1 - row) * columns + column) * 4
        for (let c = 0; c < 3; c++) image.data[target + c] = ground[c] + (colour[c] - ground[c]) * share
        image.data[target + 3] = 255
      }
    }
    layer.image.getContext('2d').putImageData(image, 0, layer.rows - piece.to)
  }

  label() {
    this.stage.root.dataset.maps = this.count
    this.title.textContent = this.stage.catalogue.words.basinsTitle
    this.key = null
  }

  // What the colours mean, and the share of the map that each of them has.
  paint() {
    const { stage } = this
    stage.root.dataset.maps = this.count
    if (!this.minima || !stage.inStep) return
    const key = [this.version, stage.theme.name, stage.names].join()
    if (key === this.key) return
    this.key = key
    const shares = this.pictures.slice(0, this.count).map((picture) => this.#shares(picture))
    const ends = [...new Set(shares.flatMap((share) => [...share.keys()]))].sort((a, b) => a - b)
    const names = shares.map((_, i) => {
      const name = element('b', { class: 'slalom-number', textContent: stage.names[i] })
      name.style.color = stage.styles[i].colour
      return name
    })
    this.list.replaceChildren(
      element('li', { class: 'slalom-row slalom-basin' }, element('span'), element('span'), ...names),
      ...ends.map((end) => {
        const colour = element('span', { class: 'slalom-colour' })
        colour.style.background = this.colour(end)
        const told = shares.map((share) => `${((share.get(end) ?? 0) * 100).toFixed(1)} %`)
        const cells = told.map((textContent) => element('span', { class: 'slalom-number', textContent }))
        return element('li', { class: 'slalom-row slalom-basin' }, colour, element('span', { textContent: this.#said(end) }), ...cells)
      }),
    )
  }

  #shares(picture) {
    const counts = new Map()
    let total = 0
    const layer = picture?.fine?.pieces.at(-1).to === FINE ? picture.fine : picture?.coarse
    for (const { ends } of layer?.pieces ?? []) {
      for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1)
      total += ends.length
    }
    for (const [end, count] of counts) counts.set(end, count / total)
    return counts
  }

  #said(end) {
    const { words } = this.stage.catalogue
    if (end === SADDLE) return words.saddle
    const others = {
      [MAXIMUM]: words.maximum,
      [STALLED]: words.stalled,
      [DIVERGED]: words.diverged,
      [OUT]: words.outOfSteps,
      [NO_STEP]: words.noStepLeft,
      [ELSEWHERE]: words.elsewhere,
    }
    if (end in others) return others[end]
    const saddle = end >= FIRST_SADDLE
    const [x, y] = (saddle ? this.saddles[end - FIRST_SADDLE] : this.minima[end]) ?? [NaN, NaN]
    return fill(saddle ? words.saddleAt : words.minimumAt, { x: Number(x.toFixed(3)), y: Number(y.toFixed(3)) }).replaceAll('-', '−')
  }
}
