// The keys of the stage, and the list of them.

/** @import { Panel } from './panel.js' */
/** @import { Playback } from './playback.js' */
/** @import { Store } from './store.js' */

/**
 * @typedef {object} Surroundings
 * @property {HTMLElement} root of the stage
 * @property {Store} store
 * @property {Playback} playback
 * @property {Panel} panel
 * @property {{ play: HTMLElement, scrub: HTMLElement }} timeline
 * @property {() => void} fullscreen
 */

import { element } from './dom.js'

const TYPED = 'textarea, [role="combobox"], [role="listbox"]'
const CONTROLS = ['range', 'checkbox', 'radio', 'button'] // inputs that nothing is typed into
const FAR = 10 // steps of an arrow key with Shift

/**
 * Whether the keyboard has reached an element. What was clicked keeps the focus, but the keys are the stage's again;
 * what was reached by keyboard keeps its keys.
 *
 * @param {HTMLElement} target
 */
const isReached = (target) => target.matches(':focus-visible')

/** @param {HTMLElement} target */
function isTyping(target) {
  if (target.isContentEditable || target.closest(TYPED)) return true
  if (target.tagName === 'SELECT') return isReached(target)
  return target instanceof HTMLInputElement && !CONTROLS.includes(target.type)
}

export class Keys {
  dialog = element('dialog', { class: 'slalom-keys' })
  #surroundings

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    this.#surroundings = surroundings
    document.addEventListener('keydown', this.#press)
  }

  close() {
    this.dialog.close()
    document.removeEventListener('keydown', this.#press)
  }

  // ---- the list ----

  help() {
    if (this.dialog.open) {
      this.dialog.close()
      return
    }
    const { words } = this.#surroundings.store.catalogue
    const rows = this.#rows().flatMap(([key, text]) => [
      element('dt', {}, element('kbd', { textContent: key })),
      element('dd', { textContent: text }),
    ])
    this.dialog.replaceChildren(
      element('h2', { textContent: words.keys }),
      element('dl', {}, ...rows),
      element('button', { class: 'slalom-chip', textContent: words.close, onclick: () => this.dialog.close() }),
    )
    this.dialog.showModal()
  }

  #rows() {
    const { words } = this.#surroundings.store.catalogue
    const { hasParts } = this.#surroundings.panel
    return [
      ['Space', words.keySpace],
      ['← →', hasParts ? words.keyParts : words.keyArrows],
      ['⇧ ← →', hasParts ? words.keyArrows : words.keyShiftArrows],
      ['Home End', words.keyHomeEnd],
      ['1 – 9', words.keyDigits],
      ['F', words.keyFull],
      ['?', words.keyHelp],
    ]
  }

  // ---- the keys ----

  #press = (/** @type {KeyboardEvent} */ event) => {
    const { target } = event
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return
    if (!this.#surroundings.store.answer || this.#isElsewhere(target) || isTyping(target)) return
    if (this.dialog.open && event.key !== '?') return
    const action = this.#action(event, target)
    if (!action) return
    event.preventDefault()
    action()
  }

  /** @param {HTMLElement} target */
  #isElsewhere(target) {
    return target.closest('[role="dialog"]') !== null && !this.#surroundings.root.contains(target)
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement} target
   * @returns {(() => void) | null}
   */
  #action({ key, shiftKey }, target) {
    const { store, playback, timeline, fullscreen } = this.#surroundings
    const isSlider = target.matches('input[type="range"]') && target !== timeline.scrub
    const isPressing = target.tagName === 'BUTTON' && isReached(target) && target !== timeline.play
    if (/^[1-9]$/.test(key)) return () => store.toggleLane(Number(key) - 1)
    /** @type {Record<string, (() => void) | null>} */
    const actions = {
      ArrowLeft: isSlider ? null : () => this.#arrow(-1, shiftKey),
      ArrowRight: isSlider ? null : () => this.#arrow(1, shiftKey),
      Home: isSlider ? null : () => playback.nudge(-Infinity),
      End: isSlider ? null : () => playback.nudge(Infinity),
      ' ': isPressing ? null : () => playback.toggle(),
      f: fullscreen,
      F: fullscreen,
      '?': () => this.help(),
    }
    return actions[key] ?? null
  }

  /**
   * An arrow key: one step, ten with Shift; where a step has parts, one part, and a step with Shift.
   *
   * @param {number} way
   * @param {boolean} isFar
   */
  #arrow(way, isFar) {
    const { panel, playback } = this.#surroundings
    if (!panel.hasParts) playback.nudge(isFar ? FAR * way : way)
    else if (isFar) playback.nudge(way)
    else panel.nudge(way)
  }
}
