// The map: relief below, trails and heads above, and the start that is dragged. Zoom and pan are its own.

import { fill, element, short, ticks } from './format.js'
import { isolines, levels, relief } from './ground.js'
import { Plates, crossing, flag, haloed, lengthOf, marker, ring, stroke, trail } from './runs.js'

const FAR = 1e5 // pixels: beyond it only the direction of a point matters
// Pixels between two points of the surface, at rest and while a finger is down.
const CELL = 2.1
const CELL_MOVING = 6
const SETTLED = 250
const HANDLE = 14

const canvas = (name) => element('canvas', { class: `slalom-${name}`, 'aria-hidden': 'true' })

export class MapView {
  constructor(stage, only = null) {
    this.stage = stage
    this.only = only // the one runner it shows, null for all
    this.ground = canvas('ground')
    this.past = canvas('trails')
    this.heads = canvas('heads')
    this.start = element('div', { class: 'slalom-start', tabIndex: 0, role: 'application' })
    this.hint = element('span', { class: 'slalom-hint', 'aria-hidden': 'true' })
    this.start.append(this.hint)
    this.element = element('div', { class: 'slalom-map' }, this.ground, this.past, this.heads, this.start)
    this.width = this.height = 0
    this.pictured = null // the surface that was painted, with its window
    this.drawn = null // how far the trails are painted
    this.#listen()
  }

  // The part of the plane in sight, one unit as long in x as in y.
  get window() {
    const { view, race, catalogue } = this.stage
    const [[dx0, dx1], [dy0, dy1]] = catalogue.landscapes[race.landscape].domain
    const [x0, x1, y0, y1] = view.window ?? [dx0, dx1, dy0, dy1]
    const unit = Math.max((x1 - x0) / this.width, (y1 - y0) / this.height) || 1
    const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2]
    const [hw, hh] = [(unit * this.width) / 2, (unit * this.height) / 2]
    return { x0: cx - hw, x1: cx + hw, y0: cy - hh, y1: cy + hh, unit, cx, cy }
  }

  // What the socket is asked for, so that the map can be painted.
  asks(coarse) {
    const { x0, x1, y0, y1 } = this.window
    const cell = coarse ? CELL_MOVING : CELL
    return {
      window: [x0, x1, y0, y1],
      columns: Math.min(320, Math.max(2, Math.round(this.width / cell))),
      rows: Math.min(320, Math.max(2, Math.round(this.height / cell))),
    }
  }

  resize() {
    const { clientWidth, clientHeight } = this.element
    if (clientWidth === this.width && clientHeight === this.height) return false
    this.width = clientWidth
    this.height = clientHeight
    this.scale = Math.min(devicePixelRatio || 1, 2)
    for (const layer of [this.ground, this.past, this.heads]) {
      layer.width = Math.round(clientWidth * this.scale)
      layer.height = Math.round(clientHeight * this.scale)
    }
    this.drawn = null
    this.paintedKey = null
    return clientWidth > 0
  }

  // Takes a surface that has come from the socket.
  picture(surface, heights, landscape) {
    const { columns, rows, window } = surface
    const { level, height } = levels(heights)
    this.pictured = { columns, rows, window, level, height, landscape, theme: null }
    this.stage.space.stale = true
  }

  #context(layer) {
    const context = layer.getContext('2d')
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0)
    return context
  }

  // Where a point lies on the screen. Points so far that a canvas cannot hold them keep their direction.
  toScreen(x, y, { x0, y1, unit } = this.window) {
    let px = (x - x0) / unit
    let py = (y1 - y) / unit
    const far = Math.max(Math.abs(px), Math.abs(py))
    if (far > FAR) {
      const shrink = Number.isFinite(far) ? FAR / far : 1
      px = Number.isFinite(px) ? px * shrink : Math.sign(px) * FAR
      py = Number.isFinite(py) ? py * shrink : Math.sign(py) * FAR
    }
    return [px, py]
  }

  toPlane(px, py) {
    const { x0, y1, unit } = this.window
    return [x0 + px * unit, y1 - py * unit]
  }

  paintGround() {
    const { theme, answer } = this.stage
    // A surface of another landscape is no ground for this race.
    const picture = this.pictured?.landscape === this.stage.race.landscape ? this.pictured : null
    const { x0, x1, y0 } = this.window
    const { panel } = this.stage
    const size = [theme.name, x0, x1, y0, this.width, this.height]
    const key = [...size, answer?.header.minima, answer?.header.saddles, panel?.groundKey].join()
    if (picture === this.paintedPicture && key === this.paintedKey) return
    this.paintedPicture = picture
    this.paintedKey = key
    const context = this.#context(this.ground)
    context.clearRect(0, 0, this.width, this.height)
    if (!picture) return
    const { columns, rows, window } = picture
    if (picture.theme !== theme.name) {
      picture.theme = theme.name
      const image = relief(picture.level, columns, rows, theme.ground, theme.dark)
      picture.image = new OffscreenCanvas(columns, rows)
      picture.image.getContext('2d').putImageData(image, 0, 0)
      picture.lines ??= isolines(picture.level, columns, rows)
    }
    const now = this.window
    const [left, top] = this.toScreen(window[0], window[3], now)
    const [right, bottom] = this.toScreen(window[1], window[2], now)
    // Grid points lie on the window's edge, pixels beside it: half a cell all round.
    const [cw, ch] = [(right - left) / (columns - 1), (bottom - top) / (rows - 1)]
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture.image, left - cw / 2, top - ch / 2, cw * columns, ch * rows)
    panel?.ground?.(context, this, now)
    context.save()
    context.translate(left, bottom)
    context.scale(cw, -ch)
    context.strokeStyle = theme.isoline
    context.lineWidth = 0.8 / Math.max(Math.abs(cw), 1e-9)
    context.stroke(picture.lines)
    context.restore()
    this.#axes(context, now)
    this.#marks(context, now)
  }

  #axes(context, { x0, x1, y0, y1, unit }) {
    const { theme, unit: size } = this.stage
    context.font = `${12 * size}px system-ui, sans-serif`
    const room = Math.max(3, Math.round(this.width / (130 * size)))
    const write = (text, x, y) => haloed(context, text, x, y, theme)
    const decimals = (step) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
    context.textAlign = 'center'
    context.textBaseline = 'alphabetic'
    const across = ticks(x0, x1, room)
    for (const x of across.list) {
      const px = (x - x0) / unit
      if (px > 34 * size && px < this.width - 12) write(x.toFixed(decimals(across.step)).replace('-', '−'), px, this.height - 7)
    }
    context.textAlign = 'left'
    context.textBaseline = 'middle'
    const up = ticks(y0, y1, room)
    for (const y of up.list) {
      const py = (y1 - y) / unit
      if (py > 12 && py < this.height - 24) write(y.toFixed(decimals(up.step)).replace('-', '−'), 7, py)
    }
  }

  // Minima as flags, saddles as crosses, both from the landscape's own list.
  #marks(context, now) {
    const { answer, theme } = this.stage
    if (!answer) return
    const { minima, saddles, attained } = answer.header
    for (const [x, y] of saddles) crossing(context, ...this.toScreen(x, y, now), theme)
    for (const [i, [x, y]] of minima.entries()) flag(context, ...this.toScreen(x, y, now), theme, i === 0 && attained)
  }

  // A function from a lane's row to the screen; or from its average's.
  points(lane, offset = lane.offset) {
    const now = this.window
    const [ox, oy] = this.stage.answer.header.origin
    const { numbers } = lane
    const last = lane.rows - 1
    return (row) => {
      if (row === last && lane.last && offset === lane.offset) return this.toScreen(lane.last[0], lane.last[1], now)
      const i = offset + row * 4
      return this.toScreen(numbers[i] + ox, numbers[i + 1] + oy, now)
    }
  }

  // Where a lane stands at the playhead: its row, and the point between that row and the next.
  at(lane, points) {
    const [row, part] = this.stage.rowAt(lane)
    const [x, y] = points(row)
    if (part === 0) return { row, tip: [x, y] }
    const [nx, ny] = points(row + 1)
    return { row, tip: [x + (nx - x) * part, y + (ny - y) * part] }
  }

  paintRuns() {
    const { stage } = this
    const { theme } = stage
    const past = this.#context(this.past)
    const heads = this.#context(this.heads)
    heads.clearRect(0, 0, this.width, this.height)
    const now = this.window
    this.#placeStart(now)
    if (stage.answer?.landscape !== stage.race.landscape) {
      past.clearRect(0, 0, this.width, this.height)
      return
    }
    const key = [stage.answerId, theme.name, stage.shownKey, stage.clock.key, now.x0, now.x1, now.y0].join()
    const forward = this.drawn?.key === key && this.drawn.at <= stage.playhead
    if (!forward) past.clearRect(0, 0, this.width, this.height)
    const shown = stage.shownRunners().filter(({ lane }) => this.only === null || lane.index === this.only)
    const tips = shown.map((runner) => {
      const points = this.points(runner.lane, runner.offset)
      return { runner, points, ...this.at(runner.lane, points) }
    })
    for (const { runner, points, row, tip } of tips) {
      if (forward) this.#extend(past, runner, points, row, tip)
      else this.#whole(past, runner, points, row, tip)
    }
    if (!forward) this.#future(past, tips)
    this.drawn = { key, at: stage.playhead }
    stage.panel?.overlay?.(heads, this)
    this.#heads(heads, tips)
  }

  #whole(context, runner, points, row, tip) {
    const kept = trail(points, row, tip)
    stroke(context, kept, runner.style, this.stage.theme.halo)
    runner.painted = { row, tip, length: lengthOf(kept) }
  }

  // While it plays, only what is new is painted; the dash goes on where it stopped.
  #extend(context, runner, points, row, tip) {
    const from = runner.painted ?? { row: 0, tip: points(0), length: 0 }
    const kept = [...from.tip]
    for (let r = from.row + 1; r <= row; r++) kept.push(...points(r))
    kept.push(...tip)
    const length = from.length + lengthOf(kept)
    if (length === from.length) return
    context.lineCap = 'butt'
    context.lineDashOffset = 0
    stroke(context, kept, { ...runner.style, dash: [] }, this.stage.theme.halo)
    if (runner.style.dash.length) {
      stroke(context, kept, { ...runner.style, colour: this.stage.theme.halo, dash: [] })
      context.lineDashOffset = from.length
      stroke(context, kept, runner.style)
      context.lineDashOffset = 0
    }
    runner.painted = { row, tip, length }
  }

  #future(context, tips) {
    context.globalCompositeOperation = 'destination-over'
    context.globalAlpha = 0.35
    for (const { runner, points, row, tip } of tips) {
      const { rows } = runner.lane
      if (row >= rows - 1) continue
      const ahead = (r) => (r === 0 ? tip : points(row + r))
      stroke(context, trail(ahead, rows - 1 - row), { ...runner.style, width: Math.min(runner.style.width, 1.4) })
    }
    context.globalAlpha = 1
    context.globalCompositeOperation = 'source-over'
  }

  #heads(context, tips) {
    const { stage } = this
    const { theme } = stage
    const plates = new Plates(context, this.width, this.height, theme, stage.unit)
    const [sx, sy] = this.toScreen(...stage.race.start)
    plates.block(sx, sy, 9)
    if (!stage.touched) plates.block(sx + 45, sy - 12, 30)
    const [wide, high] = [124 * stage.unit, 50 * stage.unit]
    plates.keep(this.width - wide, 0, wide, high) // the switch between map and 3D
    if (!stage.whole.hidden) plates.keep((this.width - wide) / 2, 0, wide, high)
    const inside = (place) => this.#inside(...place)
    const named = tips.map(({ runner, points, row, tip }) => {
      const { lane, style, name } = runner
      if (inside(tip)) {
        if (style.ring) ring(context, ...tip, style, theme.halo)
        else marker(context, ...tip, style, theme.halo)
        return { style, place: tip, text: name }
      }
      const left = this.#leaving(points, row, inside)
      const [x, y, angle] = this.#edge(left.from, left.row < 0 ? tip : left.to)
      this.#arrow(context, x, y, angle, style.colour)
      return { style, place: [x, y], text: name && this.told(lane, name, left.row) }
    })
    for (const { place } of named) plates.block(...place, 9)
    for (const { style, place, text } of named) if (text) plates.place(...place, text, style.colour)
  }

  // What is said of a runner outside the map: where it ended and why, or when it left; nothing if it was never inside.
  told(lane, name, row) {
    const { stage } = this
    if (stage.ended(lane) && lane.reason) return `${name}: ${stage.outcome(lane)}`
    const place = stage.panel?.landed?.(lane, stage.rowAt(lane)[0])
    const left = row < 0 ? name : fill(stage.catalogue.words.offMap, { name, step: row * lane.every })
    return place ? `${left}, ${place}` : left
  }

  // The last step inside the map, and where it led.
  #leaving(points, row, inside) {
    for (let r = row; r > 0; r--) {
      const from = points(r - 1)
      if (inside(from)) return { row: r, from, to: points(r) }
    }
    return { row: -1, from: [this.width / 2, this.height / 2], to: points(row) }
  }

  // Where the way from a point inside to one outside crosses the edge.
  #edge([x, y], [tx, ty]) {
    const [dx, dy] = [tx - x, ty - y]
    const margin = 12
    const reach = [
      dx > 0 ? (this.width - margin - x) / dx : dx < 0 ? (margin - x) / dx : Infinity,
      dy > 0 ? (this.height - margin - y) / dy : dy < 0 ? (margin - y) / dy : Infinity,
    ]
    const share = Math.max(0, Math.min(...reach))
    const hold = (value, most) => Math.min(Math.max(value, margin), most - margin)
    return [hold(x + share * dx, this.width), hold(y + share * dy, this.height), Math.atan2(dy, dx)]
  }

  #arrow(context, x, y, angle, colour) {
    context.save()
    context.translate(x, y)
    context.rotate(angle)
    context.beginPath()
    context.moveTo(11, 0)
    context.lineTo(-7, -8)
    context.lineTo(-3, 0)
    context.lineTo(-7, 8)
    context.closePath()
    context.strokeStyle = this.stage.theme.halo
    context.lineWidth = 3
    context.stroke()
    context.fillStyle = colour
    context.fill()
    context.restore()
  }

  #placeStart(now) {
    const { race, catalogue } = this.stage
    // A start outside the map waits at its edge: it can still be taken hold of.
    const [sx, sy] = this.toScreen(...race.start, now)
    const [px, py] = this.#held(sx, sy)
    this.start.style.transform = `translate(${px}px, ${py}px)`
    this.start.classList.toggle('slalom-outside', px !== sx || py !== sy)
    this.start.classList.toggle('slalom-hint-left', px > this.width - 90)
    const [x, y] = race.start.map((value) => short(value, 4))
    this.start.setAttribute('aria-label', fill(catalogue.words.startLabel, { x, y }))
    this.hint.textContent = this.stage.touched ? '' : catalogue.words.dragMe
  }

  #inside(x, y) {
    return x >= 0 && y >= 0 && x <= this.width && y <= this.height
  }

  get startInside() {
    return this.#inside(...this.toScreen(...this.stage.race.start))
  }

  // Where the start's handle is: at the start, or beside it on the map's edge.
  #held(x, y) {
    if (this.#inside(x, y)) return [x, y]
    const hold = (value, most) => Math.min(Math.max(value, HANDLE), most - HANDLE)
    return [hold(x, this.width), hold(y, this.height)]
  }

  // The window that shows the landscape's own map, and the start if that lies beside it.
  get whole() {
    const { race, catalogue } = this.stage
    const [[x0, x1], [y0, y1]] = catalogue.landscapes[race.landscape].domain
    const [x, y] = race.start
    if (x >= x0 && x <= x1 && y >= y0 && y <= y1) return null
    const edge = 0.05
    const [w, h] = [Math.max(x1, x) - Math.min(x0, x), Math.max(y1, y) - Math.min(y0, y)]
    return [Math.min(x0, x - edge * w), Math.max(x1, x + edge * w), Math.min(y0, y - edge * h), Math.max(y1, y + edge * h)]
  }

  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const { x0, x1, y0, y1 } = this.window
    const [x, y] = this.toPlane(px, py)
    const width = (x1 - x0) * factor
    if (width < 1e-7 || width > 1e7) return
    this.#show([x + (x0 - x) * factor, x + (x1 - x) * factor, y + (y0 - y) * factor, y + (y1 - y) * factor])
  }

  #pan(dx, dy) {
    const { x0, x1, y0, y1, unit } = this.window
    this.#show([x0 - dx * unit, x1 - dx * unit, y0 + dy * unit, y1 + dy * unit])
  }

  #show(window) {
    this.stage.view.window = window
    this.stage.ask({ moving: true })
    this.stage.paint('ground', 'runs')
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.stage.ask(), SETTLED)
    this.stage.commitSoon(SETTLED)
  }

  #moveStart(x, y, done) {
    const { stage } = this
    stage.touched = true
    stage.race.start = [x, y]
    stage.change({ done })
  }

  #place(event) {
    const box = this.element.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  #listen() {
    this.#listenStart()
    this.#listenGround()
  }

  #listenStart() {
    let held = null
    this.start.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return
      event.stopPropagation()
      event.preventDefault()
      this.start.setPointerCapture(event.pointerId)
      const [px, py] = this.#place(event)
      const place = this.toScreen(...this.stage.race.start)
      const [sx, sy] = this.#held(...place)
      held = { dx: sx - px, dy: sy - py, px, py, moved: false }
      this.start.classList.add('slalom-held')
    })
    const move = (event) => {
      const [px, py] = this.#place(event)
      if (!held || (px === held.px && py === held.py)) return
      Object.assign(held, { moved: true, px, py })
      this.#moveStart(...this.toPlane(px + held.dx, py + held.dy), false)
    }
    const drop = () => {
      if (!held) return
      const { moved } = held
      held = null
      this.start.classList.remove('slalom-held')
      if (moved) this.stage.change({ done: true })
      else this.start.focus({ preventScroll: true })
    }
    // A drag leaves the focus where it was, so that the arrow keys go on moving the playhead; a click takes it.
    this.start.addEventListener('mousedown', (event) => event.preventDefault())
    // The raw event comes at once, where there is one; the other waits for the next frame.
    this.start.addEventListener('pointerrawupdate', move)
    this.start.addEventListener('pointermove', move)
    this.start.addEventListener('pointerup', drop)
    this.start.addEventListener('pointercancel', drop)
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
    this.start.addEventListener('keydown', (event) => {
      const way = ways[event.key]
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      event.stopPropagation()
      const far = this.window.unit * (event.shiftKey ? 20 : 2)
      const [x, y] = this.stage.race.start
      this.#moveStart(x + way[0] * far, y + way[1] * far, false)
    })
    this.start.addEventListener('keyup', (event) => ways[event.key] && this.stage.change({ done: true }))
  }

  #listenGround() {
    const fingers = new Map()
    const spread = () => {
      const [[ax, ay], [bx, by]] = [...fingers.values()]
      return { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.hypot(ax - bx, ay - by) }
    }
    const ground = this.heads
    ground.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return
      if (this.stage.panel?.startsAnywhere) this.#moveStart(...this.toPlane(...this.#place(event)), false)
      fingers.set(event.pointerId, this.#place(event))
      // One finger scrolls the page; two move the map.
      if (event.pointerType !== 'touch') ground.setPointerCapture(event.pointerId)
    })
    ground.addEventListener('pointermove', (event) => {
      if (!fingers.has(event.pointerId)) return
      const [px, py] = this.#place(event)
      const [lx, ly] = fingers.get(event.pointerId)
      if (fingers.size === 1) {
        fingers.set(event.pointerId, [px, py])
        if (px === lx && py === ly) return
        if (this.stage.panel?.startsAnywhere) this.#moveStart(...this.toPlane(px, py), false)
        else if (event.pointerType !== 'touch') this.#pan(px - lx, py - ly)
        return
      }
      const before = spread()
      fingers.set(event.pointerId, [px, py])
      const after = spread()
      this.#pan(after.x - before.x, after.y - before.y)
      if (after.apart > 0) this.zoom(before.apart / after.apart, after.x, after.y)
    })
    const up = (event) => {
      if (fingers.delete(event.pointerId) && this.stage.panel?.startsAnywhere) this.stage.change({ done: true })
    }
    for (const name of ['pointerup', 'pointercancel', 'pointerleave']) ground.addEventListener(name, up)
    ground.addEventListener('dblclick', (event) => this.#moveStart(...this.toPlane(...this.#place(event)), true))
    this.element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault()
        this.zoom(Math.exp(event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...this.#place(event))
      },
      { passive: false },
    )
  }
}
