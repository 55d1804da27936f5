// Keyboard shortcuts of the stage, and the dialog that lists them.

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

const TEXT_FIELDS = 'textarea, [role="combobox"], [role="listbox"]'
const CONTROLS = ['range', 'checkbox', 'radio', 'button'] // types of inputs that take no text
const FAR = 10 // steps of an arrow key with Shift

/**
 * Return whether an element was focused by keyboard. It then handles its own keys; after a click, the stage does.
 *
 * @param {HTMLElement} target
 */
const isKeyboardFocused = (target) => target.matches(':focus-visible')

/** @param {HTMLElement} target */
function isTyping(target) {
  if (target.isContentEditable || target.closest(TEXT_FIELDS)) return true
  if (target.tagName === 'SELECT') return isKeyboardFocused(target)
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

  // ---- the dialog ----

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
    if (!this.#surroundings.store.answer || this.#isInOtherDialog(target) || isTyping(target)) return
    if (this.dialog.open && event.key !== '?') return
    const action = this.#action(event, target)
    if (!action) return
    event.preventDefault()
    action()
  }

  /** @param {HTMLElement} target */
  #isInOtherDialog(target) {
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
    const isPressing = target.tagName === 'BUTTON' && isKeyboardFocused(target) && target !== timeline.play
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
   * Move by one step, or ten with Shift; where steps have parts, by one part, or one step with Shift.
   *
   * @param {number} direction
   * @param {boolean} isFar
   */
  #arrow(direction, isFar) {
    const { panel, playback } = this.#surroundings
    if (!panel.hasParts) playback.nudge(isFar ? FAR * direction : direction)
    else if (isFar) playback.nudge(direction)
    else panel.nudge(direction)
  }
}
