// The controls of one number: a slider with a text field, or a list if its values have names.

/** @import { Parameter, Words } from '../types.js' */
/** @typedef {{ get(): number, set(value: number): void }} Access to the number */
/** @typedef {{ value: number, text: string }} Mark a notable value; without text if another mark's text covers it */

/**
 * @typedef {object} Surroundings
 * @property {() => Words} words
 * @property {(isDone: boolean) => void} changed handles a change; `isDone` when the pointer is released
 * @property {() => Mark[]} [marks] ticks of the slider, described below it
 */

import { element } from '../dom.js'
import { isAllowed, parseNumber } from '../fields.js'
import { fill, short } from '../format.js'
import { FINE, symbolText, toPlace, toValue } from './scale.js'

let count = 0
const nextId = () => `slalom-knob-${++count}`

export class Knob {
  #spec
  #access
  #surroundings
  #range
  #field
  #slide = element('div', { class: 'slalom-slide' })
  #remark = element('p', { class: 'slalom-marks', hidden: true })
  #problem = element('p', { class: 'slalom-problem', role: 'alert', hidden: true })
  #isTyping = false
  #displayedValue = NaN
  #marksKey = ''

  /**
   * @param {Parameter} spec
   * @param {Access} access
   * @param {Surroundings} surroundings
   */
  constructor(spec, access, surroundings) {
    this.#spec = spec
    this.#access = access
    this.#surroundings = surroundings
    const id = nextId()
    this.#range = this.#createRange()
    this.#field = this.#createField(id)
    this.#slide.append(this.#range)
    this.label = element(
      'label',
      { htmlFor: id },
      spec.meaning,
      ' ',
      element('i', { textContent: symbolText(spec.symbol) }),
    )
    const parts = [this.label, this.#slide, this.#field, this.#remark, this.#problem]
    this.element = element('div', { class: 'slalom-knob' }, ...parts)
    this.paint()
  }

  #createRange() {
    const range = element('input', {
      type: 'range',
      min: 0,
      max: FINE,
      step: 1,
      class: 'slalom-range',
      'aria-label': this.#spec.meaning,
      oninput: () => this.#change(toValue(Number(this.#range.value), this.#spec), false),
      onchange: () => this.#surroundings.changed(true),
    })
    range.dataset.knob = this.#spec.name
    return range
  }

  /** @param {string} id */
  #createField(id) {
    const field = element('input', {
      type: 'text',
      inputMode: 'decimal',
      id,
      class: 'slalom-field',
      autocomplete: 'off',
      oninput: () => this.#type(false),
      onblur: () => this.#finishTyping(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && this.#finishTyping(),
    })
    field.dataset.knob = this.#spec.name
    return field
  }

  paint() {
    const value = this.#access.get()
    const place = String(toPlace(value, this.#spec))
    if (value !== this.#displayedValue || place !== this.#range.value) this.#paintRange(value, place)
    // Keep text that is being edited or is invalid.
    if (document.activeElement !== this.#field && (this.#problem.hidden || value !== this.#displayedValue)) {
      if (this.#field.value !== String(value)) this.#field.value = String(value)
      if (!this.#problem.hidden) this.#showProblem(false)
    }
    this.#displayedValue = value
    this.#paintMarks()
  }

  /** @param {number} value @param {string} place */
  #paintRange(value, place) {
    this.#range.value = place
    this.#range.style.setProperty('--share', `${(100 * Number(place)) / FINE}%`)
    this.#range.setAttribute('aria-valuetext', short(value, 4))
  }

  #paintMarks() {
    const marks = this.#surroundings.marks?.() ?? []
    const key = JSON.stringify(marks)
    if (key === this.#marksKey) return
    this.#marksKey = key
    this.#remark.hidden = !marks.length
    const texts = marks.map(({ text }) => text).filter(Boolean)
    this.#remark.textContent = fill(this.#surroundings.words().rates, { rates: texts.join(' · ') })
    const { low, high } = this.#spec
    const visible = marks.filter(({ value }) => value >= low && value <= high)
    this.#slide.replaceChildren(this.#range, ...visible.map((mark) => this.#tick(mark)))
  }

  /** @param {Mark} mark */
  #tick({ value, text }) {
    const tick = element('i', { class: 'slalom-tick', title: text })
    tick.style.setProperty('--place', String(toPlace(value, this.#spec) / FINE))
    return tick
  }

  /** @param {number} value @param {boolean} isDone */
  #change(value, isDone) {
    this.#access.set(value)
    this.#surroundings.changed(isDone)
  }

  // The browser fires no "change" when the old number is typed again, though the value may have changed meanwhile.
  #finishTyping() {
    if (this.#isTyping) this.#type(true)
  }

  /**
   * Apply the text of the field; if it is invalid, say why and keep it.
   *
   * @param {boolean} isDone
   */
  #type(isDone) {
    this.#isTyping = !isDone
    const value = parseNumber(this.#field.value)
    const isValid = isAllowed(value, this.#spec)
    this.#showProblem(!isValid)
    if (isValid) this.#change(value, isDone)
    else if (isDone) this.#surroundings.changed(true) // the last valid value applies
  }

  /** @param {boolean} isInvalid */
  #showProblem(isInvalid) {
    this.#problem.hidden = !isInvalid
    this.#field.setAttribute('aria-invalid', String(isInvalid))
    if (!isInvalid) return
    const words = this.#surroundings.words()
    const { meaning, integer, atLeast, atMost } = this.#spec
    /** @param {number | undefined} value */
    const bound = (value) => (value === undefined ? words.anything : short(value, 6))
    const text = integer ? words.wholeAllowed : words.numberAllowed
    this.#problem.textContent = fill(text, { name: meaning, low: bound(atLeast), high: bound(atMost) })
  }
}

// A list of named values.
export class ChoiceKnob {
  #access
  #select

  /**
   * @param {Parameter} spec
   * @param {Access} access
   * @param {Pick<Surroundings, 'changed'>} surroundings
   */
  constructor({ name, meaning, choices }, access, { changed }) {
    this.#access = access
    const id = nextId()
    const onchange = () => {
      access.set(Number(this.#select.value))
      changed(true)
    }
    const options = choices.map((choice, i) => element('option', { value: i, textContent: choice }))
    this.#select = element('select', { id, class: 'slalom-choice', onchange }, ...options)
    this.#select.dataset.knob = name
    this.label = element('label', { htmlFor: id, textContent: meaning })
    this.element = element('div', { class: 'slalom-knob' }, this.label, this.#select)
    this.paint()
  }

  paint() {
    this.#select.value = String(this.#access.get())
  }
}
