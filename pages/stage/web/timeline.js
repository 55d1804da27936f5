// The timeline: play, pause, scrub, step, speed. It holds no time of its own.

import { element, fill, icon, sign } from './format.js'

const MOST_PRICE = 1000
const SPEEDS = [0.25, 0.5, 1, 2, 4]

export class Timeline {
  constructor(stage) {
    this.stage = stage
    const button = (name, action, extra = '') =>
      element('button', { class: `slalom-button ${extra}`, onclick: action }, icon(name))
    this.play = button('play', () => stage.toggle(), 'slalom-play')
    this.back = button('back', () => stage.nudge(-1))
    this.forward = button('forward', () => stage.nudge(1))
    this.replay = button('replay', () => stage.replay())
    this.full = button('full', () => stage.fullscreen())
    this.scrub = element('input', {
      type: 'range',
      min: 0,
      step: 1,
      class: 'slalom-scrub',
      oninput: () => stage.seek(Number(this.scrub.value)),
      onchange: () => stage.commit(),
    })
    this.count = element('output', { class: 'slalom-count' })
    this.clock = element('select', { class: 'slalom-clock', onchange: () => this.#counts({ clock: this.clock.value }) })
    this.price = element('input', {
      type: 'number',
      min: 0,
      max: MOST_PRICE,
      step: 'any',
      class: 'slalom-field slalom-price',
      oninput: () => this.#priced(),
      onchange: () => stage.commit(),
    })
    this.cost = element('label', { class: 'slalom-cost' }, 'H = ', this.price)
    this.speed = element('select', { class: 'slalom-speed', onchange: () => (stage.speed = Number(this.speed.value)) },
      ...SPEEDS.map((speed) => element('option', { value: speed, textContent: `${speed}×`, selected: speed === 1 })))
    this.link = button('link', () => stage.copyLink())
    this.help = element('button', { class: 'slalom-button slalom-text', textContent: '?', onclick: () => stage.help() })
    this.full.dataset.wide = true
    this.element = element(
      'div',
      { class: 'slalom-timeline' },
      this.play,
      this.replay,
      this.back,
      this.forward,
      this.scrub,
      this.count,
      this.clock,
      this.cost,
      this.speed,
      this.link,
      this.full,
      this.help,
    )
  }

  label() {
    const { words } = this.stage.catalogue
    const name = (control, text, key) => {
      control.setAttribute('aria-label', text)
      control.title = key ? `${text} (${key})` : text
    }
    const inSteps = this.stage.clock.name === 'steps'
    name(this.back, inSteps ? words.back : words.backOne, '←')
    name(this.forward, inSteps ? words.forward : words.forwardOne, '→')
    name(this.replay, words.replay, 'Home')
    name(this.link, words.copyLink)
    name(this.full, words.fullscreen, 'F')
    name(this.help, words.keys, '?')
    name(this.speed, words.speed)
    const clocks = { steps: words.clockSteps, gradients: words.clockGradients, all: words.clockAll }
    name(this.scrub, { ...clocks, steps: words.step }[this.stage.clock.name])
    name(this.clock, words.clock)
    this.clock.title = words.clockLabel
    name(this.price, words.price)
    this.clock.hidden = Boolean(this.stage.panel)
    this.cost.hidden = this.stage.clock.name !== 'all'
    this.clock.replaceChildren(...Object.entries(clocks).map(([value, textContent]) => element('option', { value, textContent })))
    this.clock.value = this.stage.clock.name
    if (document.activeElement !== this.price) this.price.value = this.stage.view.price
    this.key = null
    this.playing = null
  }

  #counts(changes) {
    this.stage.count(changes)
    this.stage.commit()
  }

  // What is no price is left as it was typed, and the last right one holds.
  #priced() {
    const price = this.price.valueAsNumber
    const right = price >= 0 && price <= MOST_PRICE
    this.price.setAttribute('aria-invalid', String(!right))
    if (right) this.stage.count({ price })
  }

  paint() {
    const { stage } = this
    const { words } = stage.catalogue
    const step = Math.floor(stage.playhead)
    if (this.playing !== stage.playing) {
      this.playing = stage.playing
      this.play.querySelector('path').setAttribute('d', sign(stage.playing ? 'pause' : 'play'))
      this.play.setAttribute('aria-label', stage.playing ? words.pause : words.play)
      this.play.title = `${stage.playing ? words.pause : words.play} (Space)`
    }
    const key = `${step}/${stage.end}`
    if (key === this.key) return
    this.key = key
    this.scrub.max = stage.end
    this.scrub.value = step
    this.scrub.style.setProperty('--share', `${(100 * step) / Math.max(stage.end, 1)}%`)
    this.scrub.setAttribute('aria-valuetext', fill('{step} / {end}', { step, end: stage.end }))
    this.count.replaceChildren(element('b', { textContent: step }), ` / ${stage.end}`)
  }
}
