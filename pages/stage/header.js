// The line above the stage: title, explanation, formula and rule.

/** @import { PageData } from './types.js' */
/** @import { Store } from './store.js' */

import { element, write } from './dom.js'

export class Header {
  #title = element('h1')
  #watch = element('p', { class: 'slalom-watch' })
  #formula = element('p', { class: 'slalom-formula' })
  #rule = element('p', { class: 'slalom-rule' })
  element = element('header', { class: 'slalom-head-line' }, this.#title, this.#watch, this.#formula, this.#rule)
  #store
  #isPythonBehind

  /**
   * @param {Store} store
   * @param {boolean} showsRule whether the race's rule and the landscape's formula are shown
   * @param {() => boolean} isPythonBehind whether Python has yet to receive what is shown
   */
  constructor(store, showsRule, isPythonBehind) {
    this.#store = store
    this.#isPythonBehind = isPythonBehind
    this.#rule.hidden = this.#formula.hidden = !showsRule
  }

  /** @param {Pick<PageData, 'title' | 'why'>} heading title and reason of the page's case, if it has one */
  label(heading) {
    const { catalogue, race } = this.#store
    const { title, watch, formula } = catalogue.landscapes[race.landscape]
    this.#title.textContent = heading.title ?? title
    this.#watch.textContent = heading.why ?? watch
    this.#formula.innerHTML = formula // MathML from the server's declarations
    this.paint()
  }

  // Learning rates are tuned for the race that Python has: while that is an older one, the text says so.
  paint() {
    const { catalogue, view, isMoving } = this.#store
    const { words } = catalogue
    const tunedText = isMoving || this.#isPythonBehind() ? words.ruleMoved : words.ruleBudget
    write(this.#rule, view.rule === 'tuned' ? tunedText : words.rules[view.rule])
    this.#rule.title = words.ruleHelp
  }
}
