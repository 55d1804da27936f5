// The timeline: play, pause, scrub, step, speed. It holds no time of its own.

import { element, fill, icon, sign } from './format.js'

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
    name(this.back, words.back, '←')
    name(this.forward, words.forward, '→')
    name(this.replay, words.replay, 'Home')
    name(this.link, words.copyLink)
    name(this.full, words.fullscreen, 'F')
    name(this.help, words.keys, '?')
    name(this.speed, words.speed)
    name(this.scrub, words.step)
    this.playing = null
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
