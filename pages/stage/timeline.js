// The timeline: play, pause, scrub, step and speed. Its state is that of the playback.

/** @import { ClockName } from './types.js' */
/** @import { Sign } from './dom.js' */
/** @import { Playback } from './playback.js' */
/** @import { Store } from './store.js' */
/** @typedef {Record<'link' | 'fullscreen' | 'help', () => void>} Actions of the other buttons */

import { element, icon } from './dom.js'

const SPEEDS = [0.25, 0.5, 1, 2, 4]

/** @param {Sign} name @param {() => void} onclick */
const button = (name, onclick, extra = '') =>
  element('button', { class: `slalom-button ${extra}`, onclick }, icon(name))

/** @param {HTMLElement} control @param {string} text @param {string} [key] */
function nameControl(control, text, key) {
  control.setAttribute('aria-label', text)
  control.title = key ? `${text} (${key})` : text
}

export class Timeline {
  #store
  #playback
  #showsClock
  #back
  #forward
  #replay
  #link
  #full
  #help
  #count = element('output', { class: 'slalom-count' })
  #clock = element('select', { class: 'slalom-clock', onchange: () => this.#chooseClock() })
  #price = element('input', {
    type: 'number',
    step: 'any',
    class: 'slalom-field slalom-price',
    oninput: () => this.#changePrice(),
    onchange: () => this.#playback.finish(),
  })
  #cost = element('label', { class: 'slalom-cost' }, 'H = ', this.#price)
  #speed = element(
    'select',
    { class: 'slalom-speed', onchange: () => (this.#playback.speed = Number(this.#speed.value)) },
    ...SPEEDS.map((speed) => element('option', { value: speed, textContent: `${speed}×`, selected: speed === 1 })),
  )
  #key = '' // of the painted position
  #playKey = ''

  /**
   * @param {Store} store
   * @param {Playback} playback
   * @param {boolean} showsClock
   * @param {Actions} actions
   */
  constructor(store, playback, showsClock, actions) {
    this.#store = store
    this.#playback = playback
    this.#showsClock = showsClock
    this.play = button('play', () => playback.toggle(), 'slalom-play')
    this.scrub = element('input', {
      type: 'range',
      min: 0,
      step: 1,
      class: 'slalom-scrub',
      oninput: () => playback.seek(Number(this.scrub.value)),
      onchange: () => playback.finish(),
    })
    this.#back = button('back', () => playback.nudge(-1))
    this.#forward = button('forward', () => playback.nudge(1))
    this.#replay = button('replay', () => playback.replay())
    this.#link = button('link', actions.link)
    this.#full = button('full', actions.fullscreen)
    this.#full.dataset.wide = 'true'
    this.#help = element('button', { class: 'slalom-button slalom-text', textContent: '?', onclick: actions.help })
    this.element = element('div', { class: 'slalom-timeline' }, ...this.#parts())
  }

  #parts() {
    const moves = [this.play, this.#replay, this.#back, this.#forward, this.scrub, this.#count]
    return [...moves, this.#clock, this.#cost, this.#speed, this.#link, this.#full, this.#help]
  }

  label() {
    const { words, fields } = this.#store.catalogue
    const { name } = this.#playback.clock
    const isInSteps = name === 'steps'
    nameControl(this.#back, isInSteps ? words.back : words.backOne, '←')
    nameControl(this.#forward, isInSteps ? words.forward : words.forwardOne, '→')
    nameControl(this.#replay, words.replay, 'Home')
    nameControl(this.#link, words.copyLink)
    nameControl(this.#full, words.fullscreen, 'F')
    nameControl(this.#help, words.keys, '?')
    nameControl(this.#speed, words.speed)
    nameControl(this.#clock, words.clock)
    nameControl(this.#price, words.price)
    this.#price.min = String(fields.price.least)
    this.#price.max = String(fields.price.most)
    this.#labelClock(name)
    this.#key = this.#playKey = ''
  }

  /** @param {ClockName} name */
  #labelClock(name) {
    const { words } = this.#store.catalogue
    const clocks = { steps: words.clockSteps, gradients: words.clockGradients, all: words.clockAll }
    nameControl(this.scrub, { ...clocks, steps: words.step }[name])
    this.#clock.title = words.clockLabel
    this.#clock.hidden = !this.#showsClock
    this.#cost.hidden = name !== 'all'
    const options = Object.entries(clocks).map(([value, textContent]) => element('option', { value, textContent }))
    this.#clock.replaceChildren(...options)
    this.#clock.value = name
    if (document.activeElement !== this.#price) this.#price.value = String(this.#store.view.price)
  }

  #chooseClock() {
    this.#store.changeClock({ clock: /** @type {ClockName} */ (this.#clock.value) })
    this.#playback.finish()
  }

  // Invalid text stays in the field, and the last valid price applies.
  #changePrice() {
    const price = this.#price.valueAsNumber
    const { least, most } = this.#store.catalogue.fields.price
    const isValid = price >= least && price <= most
    this.#price.setAttribute('aria-invalid', String(!isValid))
    if (isValid) this.#store.changeClock({ price })
  }

  paint() {
    this.#paintPlay()
    const { playhead, end } = this.#playback
    const step = Math.floor(playhead)
    const key = `${step} / ${end}`
    if (key === this.#key) return
    this.#key = key
    this.scrub.max = String(end)
    this.scrub.value = String(step)
    this.scrub.style.setProperty('--share', `${(100 * step) / Math.max(end, 1)}%`)
    this.scrub.setAttribute('aria-valuetext', key)
    this.#count.replaceChildren(element('b', { textContent: step }), ` / ${end}`)
  }

  #paintPlay() {
    const { playing } = this.#playback
    const { words } = this.#store.catalogue
    const text = playing ? words.pause : words.play
    if (text === this.#playKey) return
    this.#playKey = text
    this.play.replaceChildren(icon(playing ? 'pause' : 'play'))
    nameControl(this.play, text, 'Space')
  }
}
