// The scoreboard: who is where at the playhead, by loss. A runner is chosen, shown, hidden and added here.

import { element, fill, short } from './format.js'
import { swatch } from './runs.js'

export class Board {
  constructor(stage) {
    this.stage = stage
    this.title = element('h2')
    this.add = element('select', { class: 'slalom-add', onchange: () => this.#added() })
    this.head = element('div', { class: 'slalom-row slalom-head', 'aria-hidden': 'true' })
    this.list = element('ol', { class: 'slalom-rows' })
    this.empty = element('p', { class: 'slalom-quiet' })
    const bar = element('div', { class: 'slalom-bar' }, this.title, this.add)
    this.element = element('section', { class: 'slalom-card slalom-board' }, bar, this.head, this.list, this.empty)
    this.rows = []
  }

  label() {
    const { words, optimizers, families } = this.stage.catalogue
    const columns = this.stage.panel?.columns?.() ?? [
      [words.loss],
      [words.slope, words.slopeLabel],
      {
        steps: [words.evaluations, words.evaluationsLabel],
        gradients: [words.gradients, words.clockGradients],
        all: [words.cost, words.clockLabel],
      }[this.stage.clock.name],
    ]
    this.head.replaceChildren(
      element('span'),
      element('span', { textContent: words.runner }),
      ...columns.map(([textContent, title = '']) => element('span', { textContent, title })),
      element('span'),
    )
    this.add.replaceChildren(
      element('option', { value: '', textContent: `＋ ${words.addRunner}` }),
      ...Object.entries(families).map(([family, label]) => {
        const members = Object.entries(optimizers).filter(([, one]) => one.family === family)
        return element('optgroup', { label }, ...members.map(([value, { title }]) => element('option', { value, textContent: title })))
      }),
    )
    this.add.setAttribute('aria-label', words.addRunner)
    this.empty.textContent = words.noRunners
  }

  #added() {
    const name = this.add.value
    this.add.value = ''
    if (name) this.stage.addLane(name)
  }

  // One row for each lane, made anew when lanes come or go or are chosen.
  build() {
    const { stage } = this
    const { words } = stage.catalogue
    const { lanes } = stage.race
    const { language, chosen } = { ...stage.catalogue, ...stage.view }
    const key = JSON.stringify([language, chosen, stage.theme.name, stage.names, lanes.map((lane) => lane.shown)])
    if (key === this.key) {
      this.paint()
      return
    }
    this.key = key
    this.empty.hidden = lanes.length > 0
    this.head.hidden = lanes.length === 0
    this.add.hidden = lanes.length >= 9 || Boolean(stage.panel)
    // Rows are made anew: who got there by keyboard stays there.
    const focused = document.activeElement
    const held = this.list.contains(focused) && focused.matches(':focus-visible') ? focused.dataset.place : null
    this.rows = lanes.map((lane, i) => {
      const name = stage.names[i]
      const isChosen = i === chosen
      const style = stage.styles[i]
      const canvas = element('canvas', { class: 'slalom-swatch' })
      swatch(canvas, style, stage.theme.halo)
      const cells = {
        rank: element('span', { class: 'slalom-rank' }),
        first: element('span', { class: 'slalom-number' }),
        second: element('span', { class: 'slalom-number' }),
        third: element('span', { class: 'slalom-number' }),
        outcome: element('span', { class: 'slalom-outcome' }),
      }
      const choose = element(
        'button',
        { class: 'slalom-name', title: fill(words.choose, { name }), 'aria-pressed': String(isChosen), onclick: () => stage.chooseLane(i) },
        canvas,
        element('span', { textContent: name }),
      )
      choose.dataset.place = `name ${i}`
      const toggle = element('button', {
        class: 'slalom-key',
        textContent: i + 1,
        'aria-pressed': String(lane.shown),
        'aria-label': fill(lane.shown ? words.hide : words.show, { name }),
        title: fill(lane.shown ? words.hide : words.show, { name }),
        onclick: () => stage.toggleLane(i),
      })
      toggle.dataset.place = `key ${i}`
      const row = element('li', { class: 'slalom-row' }, cells.rank, choose, cells.first, cells.second, cells.third, toggle, cells.outcome)
      row.classList.toggle('slalom-chosen', isChosen)
      row.classList.toggle('slalom-hidden', !lane.shown)
      return { row, cells, last: '' }
    })
    this.list.replaceChildren(...this.rows.map(({ row }) => row))
    this.order = this.rows.map((_, i) => i).join()
    if (held) this.list.querySelector(`[data-place="${held}"]`)?.focus()
    this.paint()
  }

  paint() {
    const { stage } = this
    const { words } = stage.catalogue
    const spent = Math.floor(stage.playhead)
    const place = { steps: words.atStep, gradients: words.atGradients, all: words.atCost }[stage.clock.name]
    this.title.textContent = spent === 0 ? words.atStart : fill(place, { step: spent, count: spent, cost: spent })
    if (!stage.inStep || this.rows.length !== stage.race.lanes.length) {
      this.#blank()
      return
    }
    const standing = stage.answer.lanes.map((lane, i) => {
      const [row] = stage.rowAt(lane, spent)
      const at = lane.offset + row * 4
      const ended = stage.ended(lane, spent)
      const lost = ended && lane.outcome === 'diverged'
      const numbers = {
        above: lost ? Infinity : lane.numbers[at + 2],
        loss: ended ? (lane.final.loss ?? Infinity) : lane.numbers[at + 2] + stage.answer.header.infimum,
        slope: ended ? (lane.final.slope ?? Infinity) : lane.numbers[at + 3],
        evaluations: stage.clock.costs ? lane.ticks[row] : lane.asked[row],
      }
      const { above, loss, slope, evaluations } = numbers
      return {
        i,
        above,
        cells: [short(loss), short(slope, 2), String(evaluations)],
        words: ended ? stage.outcome(lane) : '',
        spent: lane.ticks.at(-1),
        ...stage.panel?.standing?.(lane, row, numbers),
      }
    })
    // The lower loss leads; of two at rest at the same loss, the one that got there first.
    const earlier = (a, b) => a.spent - b.spent || a.i - b.i
    standing.sort((a, b) => (a.above === b.above ? earlier(a, b) : a.above - b.above || earlier(a, b)))
    const places = new Map(standing.map(({ i }, place) => [i, place]))
    for (const one of standing) {
      const { cells, row } = this.rows[one.i]
      const text = {
        rank: String(places.get(one.i) + 1),
        first: one.cells[0],
        second: one.cells[1],
        third: one.cells[2],
        outcome: one.words,
      }
      for (const [name, value] of Object.entries(text)) if (cells[name].textContent !== value) cells[name].textContent = value
      row.style.order = places.get(one.i)
    }
    const order = standing.map(({ i }) => i).join()
    if (order !== this.order && !this.list.contains(document.activeElement)) {
      this.order = order
      this.list.append(...standing.map(({ i }) => this.rows[i].row))
    }
  }

  // Until the race that is shown has been answered, nobody stands anywhere.
  #blank() {
    for (const { cells } of this.rows) for (const cell of Object.values(cells)) cell.textContent = ''
  }
}
