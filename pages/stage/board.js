// The scoreboard: who is where at the playhead, by loss. A runner is chosen, shown, hidden and added here.

/** @import { Standing, Track } from './types.js' */
/** @import { Store } from './store.js' */
/** @import { Playback } from './playback.js' */
/** @import { Appearance } from './theme.js' */
/** @import { Panel } from './panel.js' */
/** @typedef {Record<'rank' | 'first' | 'second' | 'third' | 'outcome', HTMLElement>} Cells */

import { COLUMNS } from './answer.js'
import { element, write } from './dom.js'
import { swatch } from './drawing/strokes.js'
import { fill } from './format.js'

const PACE = 100 // milliseconds between two paintings while a finger moves: nobody reads faster

/**
 * The lower loss leads; of two at rest at the same loss, the one that got there first.
 *
 * @param {Standing} a
 * @param {Standing} b
 */
function byRank(a, b) {
  const ahead = a.above === b.above ? 0 : a.above - b.above
  return ahead || a.spent - b.spent || a.index - b.index
}

export class Board {
  title = element('h2')
  #add = element('select', { class: 'slalom-add', onchange: () => this.#added() })
  #head = element('div', { class: 'slalom-row slalom-head', 'aria-hidden': 'true' })
  #list = element('ol', { class: 'slalom-rows' })
  #empty = element('p', { class: 'slalom-quiet' })
  /** @type {{ row: HTMLElement, cells: Cells }[]} */
  #rows = []
  #key = ''
  #order = ''
  #paintedAt = -PACE
  /** @type {ReturnType<typeof setTimeout> | null} */
  #late = null
  #store
  #playback
  #appearance
  #panel

  /** @param {{ store: Store, playback: Playback, appearance: Appearance, panel: Panel }} stage */
  constructor({ store, playback, appearance, panel }) {
    this.#store = store
    this.#playback = playback
    this.#appearance = appearance
    this.#panel = panel
    const bar = element('div', { class: 'slalom-bar' }, this.title, this.#add)
    const parts = [bar, this.#head, this.#list, this.#empty]
    this.element = element('section', { class: 'slalom-card slalom-board' }, ...parts)
  }

  label() {
    const { words, optimizers, families } = this.#store.catalogue
    this.#head.replaceChildren(
      element('span'),
      element('span', { textContent: words.runner }),
      ...this.#panel.columns().map(([textContent, title = '']) => element('span', { textContent, title })),
      element('span'),
    )
    this.#add.replaceChildren(
      element('option', { value: '', textContent: `＋ ${words.addRunner}` }),
      ...Object.entries(families).map(([family, label]) => {
        const members = Object.entries(optimizers).filter(([, one]) => one.family === family)
        const options = members.map(([value, { title }]) => element('option', { value, textContent: title }))
        return element('optgroup', { label }, ...options)
      }),
    )
    this.#add.setAttribute('aria-label', words.addRunner)
    this.#empty.textContent = words.noRunners
  }

  #added() {
    const name = this.#add.value
    this.#add.value = ''
    if (name) this.#store.addLane(name)
  }

  // One row for each lane, made anew when lanes come or go or are chosen.
  build() {
    const { catalogue, race, view, names } = this.#store
    const { lanes } = race
    const shown = lanes.map((lane) => lane.shown)
    const key = JSON.stringify([catalogue.language, view.chosen, this.#appearance.theme.name, names, shown])
    if (key !== this.#key) {
      this.#key = key
      this.#empty.hidden = lanes.length > 0
      this.#head.hidden = lanes.length === 0
      this.#add.hidden = this.#store.isFull || !this.#panel.editsLanes
      this.#buildRows()
    }
    this.paint()
  }

  // Rows are made anew: who got there by keyboard stays there.
  #buildRows() {
    const focused = document.activeElement
    const held = focused instanceof HTMLElement && this.#list.contains(focused) && focused.matches(':focus-visible')
    const place = held ? focused.dataset.place : undefined
    this.#rows = this.#store.race.lanes.map((_, i) => this.#buildRow(i))
    this.#list.replaceChildren(...this.#rows.map(({ row }) => row))
    this.#order = this.#rows.map((_, i) => i).join()
    const again = place && this.#list.querySelector(`[data-place="${place}"]`)
    if (again instanceof HTMLElement) again.focus()
  }

  /** @param {number} i */
  #buildRow(i) {
    const cells = {
      rank: element('span', { class: 'slalom-rank' }),
      first: element('span', { class: 'slalom-number' }),
      second: element('span', { class: 'slalom-number' }),
      third: element('span', { class: 'slalom-number' }),
      outcome: element('span', { class: 'slalom-outcome' }),
    }
    const { rank, first, second, third, outcome } = cells
    const parts = [rank, this.#chooser(i), first, second, third, this.#switch(i), outcome]
    const row = element('li', { class: 'slalom-row' }, ...parts)
    row.classList.toggle('slalom-chosen', i === this.#store.view.chosen)
    row.classList.toggle('slalom-hidden', !this.#store.race.lanes[i].shown)
    return { row, cells }
  }

  /**
   * A runner's name, that chooses it.
   *
   * @param {number} i
   */
  #chooser(i) {
    const { catalogue, names, styles, view } = this.#store
    const name = names[i]
    const chooser = element(
      'button',
      {
        class: 'slalom-name',
        title: fill(catalogue.words.choose, { name }),
        'aria-pressed': String(i === view.chosen),
        onclick: () => this.#store.chooseLane(i),
      },
      swatch(styles[i], this.#appearance.theme.halo),
      element('span', { textContent: name }),
    )
    chooser.dataset.place = `name ${i}`
    return chooser
  }

  /**
   * A runner's number, that shows and hides it.
   *
   * @param {number} i
   */
  #switch(i) {
    const { catalogue, names, race } = this.#store
    const { shown } = race.lanes[i]
    const text = fill(shown ? catalogue.words.hide : catalogue.words.show, { name: names[i] })
    const toggle = element('button', {
      class: 'slalom-key',
      textContent: i + 1,
      'aria-pressed': String(shown),
      'aria-label': text,
      title: text,
      onclick: () => this.#store.toggleLane(i),
    })
    toggle.dataset.place = `key ${i}`
    return toggle
  }

  paint() {
    const now = performance.now()
    if (this.#store.isMoving && now - this.#paintedAt < PACE) {
      this.#late ??= setTimeout(() => this.#paintLate(), PACE)
      return
    }
    clearTimeout(this.#late ?? undefined)
    this.#late = null
    this.#paintedAt = now
    this.#paintNow()
  }

  #paintLate() {
    this.#late = null
    this.paint()
  }

  #paintNow() {
    const { words } = this.#store.catalogue
    const spent = Math.floor(this.#playback.playhead)
    const place = { steps: words.atStep, gradients: words.atGradients, all: words.atCost }[this.#playback.clock.name]
    write(this.title, spent === 0 ? words.atStart : fill(place, { step: spent, count: spent, cost: spent }))
    const { answer, race, isInStep } = this.#store
    if (!answer || !isInStep || this.#rows.length !== race.lanes.length) {
      this.#blank()
      return
    }
    const standings = answer.tracks.map((track) => this.#standing(track, spent)).sort(byRank)
    for (const [rank, standing] of standings.entries()) this.#paintRow(standing, rank)
    const order = standings.map(({ index }) => index).join()
    if (order !== this.#order && !this.#list.contains(document.activeElement)) {
      this.#order = order
      this.#list.append(...standings.map(({ index }) => this.#rows[index].row))
    }
  }

  // Until the race that is shown has been answered, nobody stands anywhere.
  #blank() {
    for (const { cells } of this.#rows) for (const cell of Object.values(cells)) write(cell, '')
  }

  /**
   * @param {Track} track
   * @param {number} playhead
   * @returns {Standing}
   */
  #standing(track, playhead) {
    const [row] = this.#playback.rowAt(track, playhead)
    const [, , above, slope] = track.path.subarray(row * COLUMNS, (row + 1) * COLUMNS)
    const hasEnded = this.#playback.hasEnded(track, playhead)
    const isLost = hasEnded && track.outcome === 'diverged'
    const infimum = this.#store.answer?.header.infimum ?? 0
    const numbers = {
      above: isLost ? Infinity : above,
      loss: hasEnded ? (track.final.loss ?? Infinity) : above + infimum,
      slope: hasEnded ? (track.final.slope ?? Infinity) : slope,
      spent: this.#playback.clock.costs ? track.ticks[row] : track.evaluationCounts[row],
    }
    return {
      index: track.index,
      above: numbers.above,
      cells: this.#panel.cells(track, row, numbers),
      words: hasEnded ? track.phrase : '',
      spent: track.ticks.at(-1) ?? 0,
    }
  }

  /** @param {Standing} standing @param {number} rank */
  #paintRow({ index, cells: [first, second, third], words }, rank) {
    const { cells, row } = this.#rows[index]
    const texts = { rank: String(rank + 1), first, second, third, outcome: words }
    for (const [name, text] of Object.entries(texts)) {
      write(cells[/** @type {keyof Cells} */ (name)], text)
    }
    row.style.order = String(rank)
  }
}
