// A dismissible notice on the map.

/** @import { Words } from './types.js' */
/** @import { Connection } from './socket.js' */

import { element, icon } from './dom.js'

export class Notice {
  element = element('div', { class: 'slalom-notice', role: 'status', hidden: true })
  #text = ''
  #words

  /** @param {() => Words} words */
  constructor(words) {
    this.#words = words
  }

  /** @param {string} text */
  show(text) {
    const close = { class: 'slalom-act', 'aria-label': this.#words().dismiss, onclick: () => this.#hide() }
    this.element.replaceChildren(element('span', { textContent: text }), element('button', close, icon('remove')))
    this.element.hidden = false
    this.#text = text
  }

  #hide() {
    this.element.hidden = true
  }

  /** @param {Connection} connection */
  showConnection(connection) {
    const { lost, slow } = this.#words()
    if (connection === 'lost') this.show(lost)
    else if (connection === 'slow') this.show(slow)
    else if ([lost, slow].includes(this.#text)) this.#hide()
  }
}
