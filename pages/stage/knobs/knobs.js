// The knobs of the race, created from the declarations of optimizers, options and landscapes.

/** @import { Choice, Option, OptionName, Parameter } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @typedef {(name: string) => number} Get the value of a parameter */
/** @typedef {(name: string, value: number) => void} Set */
/** @typedef {{ get(): Choice | null, set(choice: Choice | null): void }} Access to an option */

import { element, icon } from '../dom.js'
import { choiceOf } from '../fields.js'
import { fill } from '../format.js'
import { ChoiceKnob, Knob } from './knob.js'
import { rateMarks } from './rates.js'

export class Knobs {
  #title = element('h2')
  #body = element('div', { class: 'slalom-knobs-body' })
  element = element('section', { class: 'slalom-card slalom-knobs' }, this.#title, this.#body)
  /** @type {(Knob | ChoiceKnob)[]} */
  #knobs = []
  #key = ''
  #isOpen = false // whether a runner's options are expanded
  /** @type {Record<'title' | 'duplicate' | 'remove', HTMLElement> | null} */
  #named = null // the elements that contain the name of the chosen runner
  #name = ''
  #store
  #editsLanes

  /**
   * @param {Store} store
   * @param {boolean} editsLanes whether lanes can be duplicated and removed
   */
  constructor(store, editsLanes) {
    this.#store = store
    this.#editsLanes = editsLanes
  }

  get #words() {
    return this.#store.catalogue.words
  }

  label() {
    this.#title.textContent = this.#words.knobs
  }

  // Rebuild the knobs if others are needed, else repaint them.
  build(isForced = false) {
    const key = this.#currentKey()
    if (!isForced && key === this.#key) {
      this.paint()
      return
    }
    this.#key = key
    const focused = document.activeElement
    const focusedName = focused instanceof HTMLElement ? focused.dataset.knob : undefined
    const type = focused?.getAttribute('type')
    this.#knobs = []
    this.#named = null
    this.#body.replaceChildren(...this.#groups().filter((group) => group !== null))
    if (!focusedName || this.element.contains(document.activeElement)) return
    const candidates = [...this.element.querySelectorAll(`[data-knob="${focusedName}"]`)]
    const replacement = candidates.find((candidate) => candidate.getAttribute('type') === type)
    if (replacement instanceof HTMLElement) replacement.focus()
  }

  #currentKey() {
    const { race, view, catalogue } = this.#store
    const options = /** @type {OptionName[]} */ (Object.keys(catalogue.options))
    const kinds = race.lanes.flatMap((lane) => options.map((option) => lane[option]?.kind))
    const selection = [view.chosen, view.rule, race.lanes[view.chosen]?.optimizer]
    return JSON.stringify([race.landscape, race.lanes.length, ...selection, ...kinds, race.noise.kind])
  }

  #groups() {
    return this.#store.subject
      ? [this.#subjectGroup(this.#store.subject), this.#runnerGroup(), this.#raceGroup(), this.#landscapeGroup()]
      : [this.#runnerGroup(), this.#landscapeGroup(), this.#raceGroup()]
  }

  paint() {
    this.#nameRunner()
    for (const knob of this.#knobs) knob.paint()
  }

  // ---- groups ----

  #runnerGroup() {
    const i = this.#store.view.chosen
    if (!this.#store.race.lanes[i]) return null
    const group = this.#store.subject ? this.#anyRunnerGroup(i) : this.#oneRunnerGroup(i)
    group.append(this.#options(i))
    return group
  }

  /** @param {number} i */
  #oneRunnerGroup(i) {
    const { styles, race } = this.#store
    const title = element('span')
    title.style.color = styles[i].colour
    const shared = this.#store.sharesRate(race.lanes[i])
    const remark = shared ? element('small', { textContent: ` lr ${this.#words.ofAll}` }) : ''
    const duplicate = this.#action('duplicate', () => this.#store.duplicateLane(i))
    const remove = this.#action('remove', () => this.#store.removeLane(i))
    duplicate.hidden = this.#store.isFull || !this.#editsLanes
    remove.hidden = !this.#editsLanes
    this.#named = { title, duplicate, remove }
    this.#nameRunner(true)
    const bar = element('div', { class: 'slalom-bar' }, element('h3', {}, title, remark), duplicate, remove)
    return element('div', { class: 'slalom-group', role: 'group' }, bar, ...this.#hyperparameters(i))
  }

  // An answer may name the chosen runner while one of its knobs is held: nothing is made anew.
  #nameRunner(isForced = false) {
    const name = this.#store.names[this.#store.view.chosen]
    if (!this.#named || (!isForced && name === this.#name)) return
    this.#name = name
    const { title, duplicate, remove } = this.#named
    title.textContent = fill(this.#words.ofRunner, { name })
    for (const [button, text] of /** @type {const} */ ([
      [duplicate, this.#words.duplicate],
      [remove, this.#words.remove],
    ])) {
      button.title = button.ariaLabel = fill(text, { name })
    }
  }

  /**
   * Create the group of hyperparameters that all runners share.
   *
   * @param {number} i
   */
  #anyRunnerGroup(i) {
    const { title } = this.#store.catalogue.optimizers[this.#store.race.lanes[i].optimizer]
    return this.#group(title, this.#hyperparameters(i))
  }

  /** @param {number} i */
  #hyperparameters(i) {
    const { hyperparameters } = this.#store.catalogue.optimizers[this.#store.race.lanes[i].optimizer]
    return this.#numbers(
      hyperparameters,
      (name) => this.#store.race.lanes[i].values[name],
      (name, value) => this.#store.setHyperparameter(i, name, value),
    )
  }

  /**
   * Create the group of the option in which the runners differ. A knob sets its value in every lane that has it.
   *
   * @param {OptionName} subject
   */
  #subjectGroup(subject) {
    const { title, kinds } = this.#store.catalogue.options[subject]
    const choices = () => this.#store.race.lanes.map((lane) => lane[subject]).filter((choice) => choice !== null)
    /** @param {string} name */
    const choicesWith = (name) => choices().filter(({ values }) => name in values)
    const parameters = choices().flatMap(({ kind }) => kinds[kind].parameters)
    const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
    const specs = [...byName.values()].filter((parameter) => !parameter.choices.length)
    if (!specs.length) return null
    const numbers = this.#numbers(
      specs,
      (name) => choicesWith(name)[0].values[name],
      (name, value) => choicesWith(name).forEach(({ values }) => (values[name] = value)),
    )
    return this.#group(title, numbers)
  }

  #landscapeGroup() {
    const { parameters, blur } = this.#store.catalogue.landscapes[this.#store.race.landscape]
    const specs = blur ? [...parameters, blur] : parameters
    if (!specs.length) return null
    const numbers = this.#numbers(
      specs,
      (name) => (name === 'blur' ? this.#store.race.blur : this.#store.race.values[name]),
      (name, value) => {
        if (name === 'blur') this.#store.race.blur = value
        else this.#store.race.values[name] = value
      },
    )
    return this.#group(this.#words.ofLandscape, numbers)
  }

  #raceGroup() {
    const { race, catalogue } = this.#store
    const isOfData = catalogue.landscapes[race.landscape].ofData
    const kinds = Object.keys(catalogue.noise.kinds).filter(
      (kind) => isOfData || kind !== 'minibatch' || kind === race.noise.kind,
    )
    /** @type {Access} */
    const access = {
      get: () => this.#store.race.noise,
      set: (choice) => {
        if (choice) this.#store.race.noise = choice
      },
    }
    const select = this.#kindSelect('noise', catalogue.noise, kinds, access)
    const knobs = this.#choiceKnobs(catalogue.noise, access)
    knobs[0].label.replaceChildren(select) // noise always has a kind; its list labels the first knob
    return this.#group(
      this.#words.ofRace,
      knobs.map((knob) => knob.element),
    )
  }

  /** @param {string} title @param {HTMLElement[]} lines */
  #group(title, lines) {
    return element('div', { class: 'slalom-group', role: 'group', 'aria-label': title }, ...lines)
  }

  /**
   * @param {'duplicate' | 'remove'} name
   * @param {() => void} onclick
   */
  #action(name, onclick) {
    return element('button', { class: 'slalom-act', type: 'button', onclick, 'data-knob': name }, icon(name))
  }

  // ---- numbers ----

  /** @param {Parameter[]} specs @param {Get} get @param {Set} set */
  #numbers(specs, get, set) {
    return this.#create(specs, get, set).map((knob) => knob.element)
  }

  /** @param {Parameter[]} specs @param {Get} get @param {Set} set */
  #create(specs, get, set) {
    const surroundings = {
      words: () => this.#words,
      changed: (/** @type {boolean} */ isDone) => this.#store.changeValues(isDone),
    }
    const knobs = specs.map((spec) => {
      const access = { get: () => get(spec.name), set: (/** @type {number} */ value) => set(spec.name, value) }
      if (spec.choices.length) return new ChoiceKnob(spec, access, surroundings)
      return new Knob(spec, access, spec.name === 'lr' ? { ...surroundings, marks: () => this.#rates() } : surroundings)
    })
    this.#knobs.push(...knobs)
    return knobs
  }

  // The stability limit and the fastest learning rates of the chosen runner, from theory.
  #rates() {
    const { answer, isInStep, view } = this.#store
    const rates = isInStep && answer?.tracks[view.chosen]?.rates
    return rates ? rateMarks(/** @type {number[]} */ (rates), this.#words) : []
  }

  // ---- options ----

  /** @param {number} i */
  #options(i) {
    const { catalogue, subject, race } = this.#store
    const { hasRate } = catalogue.optimizers[race.lanes[i].optimizer]
    const all = /** @type {[OptionName, Option][]} */ (Object.entries(catalogue.options))
    const available = all.filter(([name]) => name !== subject && (name !== 'schedule' || hasRate))
    const open = this.#isOpen || available.some(([name]) => race.lanes[i][name])
    const ontoggle = (/** @type {Event} */ event) => {
      this.#isOpen = /** @type {HTMLDetailsElement} */ (event.currentTarget).open
    }
    return element(
      'details',
      { class: 'slalom-options', open, ontoggle },
      element('summary', { textContent: this.#words.options }),
      ...available.flatMap(([name, option]) => this.#option(i, name, option)),
    )
  }

  /**
   * Create the list of an option's kinds, with none among them, and the knobs of the chosen kind.
   *
   * @param {number} i
   * @param {OptionName} name
   * @param {Option} option
   */
  #option(i, name, option) {
    /** @type {Access} */
    const access = {
      get: () => this.#store.race.lanes[i][name],
      set: (choice) => this.#store.setOption(i, name, choice),
    }
    const select = this.#kindSelect(name, option, ['', ...Object.keys(option.kinds)], access)
    const line = element('div', { class: 'slalom-knob' }, element('label', { textContent: option.title }), select)
    return [line, ...this.#choiceKnobs(option, access).map((knob) => knob.element)]
  }

  /**
   * @param {string} name
   * @param {Option} option
   * @param {string[]} kinds "" for none
   * @param {Access} access
   */
  #kindSelect(name, option, kinds, access) {
    const onchange = () => {
      access.set(select.value ? choiceOf(option.kinds, select.value, access.get()) : null)
      this.build()
      this.#store.changeValues(true)
    }
    /** @param {string} kind */
    const text = (kind) => (kind ? option.kinds[kind].title : this.#words.none)
    const options = kinds.map((kind) => element('option', { value: kind, textContent: text(kind) }))
    const select = element('select', { class: 'slalom-choice', 'aria-label': option.title, onchange }, ...options)
    select.value = access.get()?.kind ?? ''
    select.dataset.knob = name
    return select
  }

  /**
   * Create the knobs of the chosen kind.
   *
   * @param {Option} option
   * @param {Access} access
   */
  #choiceKnobs({ kinds }, access) {
    const choice = access.get()
    if (!choice) return []
    return this.#create(
      kinds[choice.kind].parameters,
      (name) => access.get()?.values[name] ?? NaN,
      (name, value) => {
        const current = access.get()
        if (current) access.set({ ...current, values: { ...current.values, [name]: value } })
      },
    )
  }
}
