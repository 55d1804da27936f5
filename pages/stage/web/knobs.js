// The live knobs: made from what optimizers and landscapes declare. All paths redraw while one moves.

import { apart, element, exact, fill, icon, short } from './format.js'

const FINE = 1000

const GREEK = { epsilon: 'ε', alpha: 'α', beta: 'β', rho: 'ρ', delta: 'δ', kappa: 'κ', varphi: 'φ', sigma: 'σ', lambda: 'λ', theta: 'θ', nu: 'ν', tau: 'τ' }
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'
const plain = (latex) =>
  latex.replace(/\\(\w+?)(?=_|\d|$|\W)/g, (_, name) => GREEK[name] ?? name).replace(/_\{?(\d)\}?/g, (_, digit) => SUBSCRIPTS[digit])

// A knob's place, 0 to FINE, and its value; "log" where declared. A knob with a zero has it at its low end.
export function toValue(place, { low, high, scale, integer, zero }) {
  if (zero && place <= 0) return 0
  const share = place / FINE
  const value = scale === 'log' ? low * (high / low) ** share : low + (high - low) * share
  if (integer) return Math.round(value)
  return place <= 0 ? low : place >= FINE ? high : Number(value.toPrecision(3))
}

export function toPlace(value, { low, high, scale }) {
  const share = scale === 'log' ? (value > 0 ? Math.log(value / low) / Math.log(high / low) : 0) : (value - low) / (high - low)
  return Math.round(Math.min(Math.max(share, 0), 1) * FINE)
}

let count = 0

class Knob {
  // `marks` says which values mean something: {value, text}, drawn as ticks and told beneath; where text is '' the tick
  // before has said it.
  constructor(stage, spec, label, get, set, marks = null) {
    Object.assign(this, { stage, spec, get, set, marks })
    const id = `slalom-knob-${++count}`
    this.range = element('input', {
      type: 'range',
      min: 0,
      max: FINE,
      step: 1,
      class: 'slalom-range',
      'aria-label': label,
      oninput: () => this.#moved(toValue(Number(this.range.value), spec), false),
      onchange: () => stage.change({ done: true }),
    })
    this.range.dataset.knob = spec.name
    this.field = element('input', {
      type: 'text',
      inputMode: 'decimal',
      id,
      class: 'slalom-field',
      autocomplete: 'off',
      oninput: () => this.#typed(false),
      onblur: () => this.#left(),
      onkeydown: (event) => event.key === 'Enter' && this.#left(),
    })
    this.field.dataset.knob = spec.name
    this.problem = element('p', { class: 'slalom-problem', role: 'alert', hidden: true })
    this.element = element(
      'div',
      { class: 'slalom-knob' },
      element('label', { htmlFor: id }, label, ' ', element('i', { textContent: plain(spec.symbol) })),
      (this.slide = element('div', { class: 'slalom-slide' }, this.range)),
      this.field,
      (this.told = element('p', { class: 'slalom-marks', hidden: true })),
      this.problem,
    )
    this.paint()
  }

  paint() {
    const value = this.get()
    this.range.value = toPlace(value, this.spec)
    this.range.style.setProperty('--share', `${(100 * this.range.value) / FINE}%`)
    this.range.setAttribute('aria-valuetext', short(value, 4))
    // What is being typed, or was typed wrongly, stays.
    if (document.activeElement !== this.field && (this.problem.hidden || value !== this.value)) {
      this.field.value = exact(value)
      this.#tell(false)
    }
    this.value = value
    if (this.marks) this.#mark()
  }

  #mark() {
    const marks = this.marks()
    const key = JSON.stringify(marks)
    if (key === this.marked) return
    this.marked = key
    this.told.hidden = !marks.length
    const rates = marks.map(({ text }) => text).filter(Boolean).join(' · ')
    this.told.textContent = fill(this.stage.catalogue.words.rates, { rates })
    const { low, high } = this.spec
    const ticks = marks.filter(({ value }) => value >= low && value <= high).map(({ value, text }) => {
      const tick = element('i', { class: 'slalom-tick', title: text })
      tick.style.setProperty('--place', toPlace(value, this.spec) / FINE)
      return tick
    })
    this.slide.replaceChildren(this.range, ...ticks)
  }

  #moved(value, done) {
    this.set(value)
    this.stage.change({ done })
  }

  // The browser's own "change" is silent when the old number is typed again, though the picture has moved meanwhile.
  #left() {
    if (this.typing) this.#typed(true)
  }

  // What cannot be is told, and what was typed stays to be mended.
  #typed(done) {
    this.typing = !done
    const text = this.field.value.trim().replace('−', '-')
    const value = text === '' ? NaN : Number(text)
    const { atLeast = -Infinity, atMost = Infinity, integer } = this.spec
    const right = Number.isFinite(value) && value >= atLeast && value <= atMost && (!integer || Number.isInteger(value))
    this.#tell(!right)
    if (right) this.#moved(value, done)
    else if (done) this.stage.change({ done }) // the last right value stands
  }

  #tell(wrong) {
    const { words } = this.stage.catalogue
    const { meaning, integer, atLeast, atMost } = this.spec
    const bound = (value) => (value === undefined ? words.anything : short(value, 6))
    this.problem.hidden = !wrong
    this.field.setAttribute('aria-invalid', String(wrong))
    if (wrong) {
      const text = integer ? words.wholeAllowed : words.numberAllowed
      this.problem.textContent = fill(text, { name: meaning, low: bound(atLeast), high: bound(atMost) })
    }
  }
}

// One of a few named values.
class Choice {
  constructor(stage, spec, label, get, set) {
    Object.assign(this, { get })
    const id = `slalom-knob-${++count}`
    this.select = element(
      'select',
      {
        id,
        class: 'slalom-choice',
        onchange: () => {
          set(Number(this.select.value))
          stage.change({ done: true })
        },
      },
      ...spec.choices.map((choice, i) => element('option', { value: i, textContent: choice })),
    )
    this.select.dataset.knob = spec.name
    this.element = element('div', { class: 'slalom-knob' }, element('label', { htmlFor: id, textContent: label }), this.select)
    this.paint()
  }

  paint() {
    this.select.value = this.get()
  }
}

// The ticks of a learning rate: the edge, and the one or the two between which a run contracts fastest.
export function rateMarks([edge, ...fastest], words) {
  const [rate, low, high] = apart([edge, ...fastest])
  const text = low === high ? fill(words.rateBest, { rate: low }) : fill(words.rateRange, { low, high })
  const marks = [...new Set(fastest)].map((value, i) => ({ value, text: i ? '' : text }))
  return [...marks, { value: edge, text: fill(words.rateEdge, { rate }) }]
}

export class Knobs {
  constructor(stage) {
    this.stage = stage
    this.title = element('h2')
    this.body = element('div', { class: 'slalom-knobs-body' })
    this.element = element('section', { class: 'slalom-card slalom-knobs' }, this.title, this.body)
    this.knobs = []
  }

  label() {
    this.title.textContent = this.stage.catalogue.words.knobs
  }

  // Made anew when other knobs are needed; otherwise they only turn.
  build(anew = false) {
    const { race, view, names } = this.stage
    const { options } = this.stage.catalogue
    const kinds = [...race.lanes.flatMap((one) => Object.keys(options).map((option) => one[option]?.kind)), race.noise.kind]
    const key = JSON.stringify([race.landscape, race.lanes.length, view.chosen, view.rule, names[view.chosen], kinds])
    if (!anew && key === this.key) {
      this.paint()
      return
    }
    this.key = key
    const held = document.activeElement?.dataset?.knob
    const heldType = document.activeElement?.type
    this.knobs = []
    const groups = this.stage.subject
      ? [this.#ofSubject(), this.#ofRunner(), this.#ofRace(), this.#ofLandscape()]
      : [this.#ofRunner(), this.#ofLandscape(), this.#ofRace()]
    this.body.replaceChildren(...groups.filter(Boolean))
    if (held && !this.element.contains(document.activeElement)) {
      const alike = [...this.element.querySelectorAll(`[data-knob="${held}"]`)]
      alike.find((one) => one.type === heldType)?.focus()
    }
  }

  paint() {
    for (const knob of this.knobs) knob.paint()
  }

  #group(title, specs, get, set, ...extra) {
    if (!specs.length && !extra.length) return null
    const knobs = this.#made(specs, get, set)
    const bar = extra.length ? [element('div', { class: 'slalom-bar' }, element('h3', {}, ...title), ...extra)] : []
    const group = element('div', { class: 'slalom-group', role: 'group' }, ...bar, ...knobs.map((knob) => knob.element))
    if (!bar.length) group.setAttribute('aria-label', title[0])
    return group
  }

  #made(specs, get, set) {
    const knobs = specs.map((spec) => {
      const Made = spec.choices.length ? Choice : Knob
      const marks = spec.name === 'lr' ? () => this.#rates() : null
      return new Made(this.stage, spec, spec.meaning, () => get(spec.name), (value) => set(spec.name, value), marks)
    })
    this.knobs.push(...knobs)
    return knobs
  }

  // Which kind of an option, none among them if it may be, and the knobs of that kind.
  #option(name, { title, kinds }, get, set, { none, without = [] }) {
    const { stage } = this
    const kind = get()?.kind ?? ''
    const defaults = (chosen) => Object.fromEntries(kinds[chosen].parameters.map((one) => [one.name, get()?.values[one.name] ?? one.default]))
    const named = Object.keys(kinds).filter((one) => !without.includes(one) || one === kind)
    const select = element(
      'select',
      {
        class: 'slalom-choice',
        'aria-label': title,
        onchange: () => {
          set(select.value ? { kind: select.value, values: defaults(select.value) } : null)
          this.build()
          stage.change({ done: true })
        },
      },
      ...(none ? [element('option', { value: '', textContent: none })] : []),
      ...named.map((one) => element('option', { value: one, textContent: kinds[one].title })),
    )
    select.value = kind
    select.dataset.knob = name
    const turn = (key, value) => set({ ...get(), values: { ...get().values, [key]: value } })
    const knobs = kind ? this.#made(kinds[kind].parameters, (key) => get().values[key], turn) : []
    const lines = knobs.map((knob) => knob.element)
    if (none) return [element('div', { class: 'slalom-knob' }, element('label', { textContent: title }), select), ...lines]
    lines[0].querySelector('label').replaceChildren(select) // there always is a kind, and it names its first knob
    return lines
  }

  // Where theory says that the chosen runner stops contracting, and where it contracts fastest.
  #rates() {
    const { answer, inStep, view, catalogue } = this.stage
    return inStep && answer.lanes[view.chosen]?.rates ? rateMarks(answer.lanes[view.chosen].rates, catalogue.words) : []
  }

  #options(i) {
    const { stage } = this
    const { words, options, optimizers } = stage.catalogue
    const lane = stage.race.lanes[i]
    const offered = Object.entries(options).filter(
      ([name]) => name !== stage.subject && (name !== 'schedule' || optimizers[lane.optimizer].hasRate),
    )
    const lines = offered.flatMap(([name, option]) =>
      this.#option(name, option, () => stage.race.lanes[i][name], (given) => stage.setOption(i, name, given), { none: words.none }),
    )
    const open = this.opened || offered.some(([name]) => lane[name])
    return element(
      'details',
      { class: 'slalom-options', open, ontoggle: (event) => (this.opened = event.currentTarget.open) },
      element('summary', { textContent: words.options }),
      ...lines,
    )
  }

  #ofRunner() {
    const { stage } = this
    const { words, optimizers } = stage.catalogue
    const i = stage.view.chosen
    const lane = stage.race.lanes[i]
    if (!lane) return null
    if (stage.subject) return this.#ofAllRunners(i)
    const name = stage.names[i]
    const act = (text, drawn, action, hidden = false) => {
      const named = { title: text, 'aria-label': text, 'data-knob': drawn }
      return element('button', { class: 'slalom-act', type: 'button', onclick: action, hidden, ...named }, icon(drawn))
    }
    const title = element('span', { textContent: fill(words.ofRunner, { name }) })
    title.style.color = stage.styles[i].colour
    const shared = stage.sharesRate(lane) ? element('small', { textContent: ` lr ${words.ofAll}` }) : ''
    const group = this.#group(
      [title, shared],
      optimizers[lane.optimizer].hyperparameters,
      (key) => stage.race.lanes[i].values[key],
      (key, value) => stage.setHyperparameter(i, key, value),
      act(fill(words.duplicate, { name }), 'duplicate', () => stage.duplicateLane(i), Boolean(stage.panel) || stage.race.lanes.length >= 9),
      act(fill(words.remove, { name }), 'remove', () => stage.removeLane(i), Boolean(stage.panel)),
    )
    group.append(this.#options(i))
    return group
  }

  #ofAllRunners(i) {
    const { stage } = this
    const { title, hyperparameters } = stage.catalogue.optimizers[stage.race.lanes[i].optimizer]
    const get = (key) => stage.race.lanes[i].values[key]
    const group = this.#group([title], hyperparameters, get, (key, value) => stage.setHyperparameter(i, key, value))
    group.append(this.#options(i))
    return group
  }

  // The numbers of the option in which the runners differ, each for all of those that have it.
  #ofSubject() {
    const { stage } = this
    const { title, kinds } = stage.catalogue.options[stage.subject]
    const { lanes } = stage.race
    const having = (key) => stage.race.lanes.filter((lane) => key in (lane[stage.subject]?.values ?? {}))
    const specs = new Map(lanes.filter((lane) => lane[stage.subject]).flatMap((lane) => kinds[lane[stage.subject].kind].parameters.map((one) => [one.name, one])))
    const numbers = [...specs.values()].filter((one) => !one.choices.length)
    return this.#group(
      [title],
      numbers,
      (key) => having(key)[0][stage.subject].values[key],
      (key, value) => having(key).forEach((lane) => (lane[stage.subject].values[key] = value)),
    )
  }

  #ofLandscape() {
    const { race, catalogue } = this.stage
    const { parameters, blur } = catalogue.landscapes[race.landscape]
    const owner = (key) => (key === 'blur' ? this.stage.race : this.stage.race.values)
    const specs = blur ? [...parameters, blur] : parameters
    return this.#group([catalogue.words.ofLandscape], specs, (key) => owner(key)[key], (key, value) => (owner(key)[key] = value))
  }

  #ofRace() {
    const { stage } = this
    const { words, noise, landscapes } = stage.catalogue
    const without = landscapes[stage.race.landscape].ofData ? [] : ['minibatch']
    const lines = this.#option('noise', noise, () => stage.race.noise, (given) => (stage.race.noise = given), { without })
    return element('div', { class: 'slalom-group', role: 'group', 'aria-label': words.ofRace }, ...lines)
  }
}
