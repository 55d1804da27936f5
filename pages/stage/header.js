// The line above the stage: what is shown, why, and by which rule.

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
   * @param {() => boolean} isPythonBehind whether Python does not yet know what is shown
   */
  constructor(store, showsRule, isPythonBehind) {
    this.#store = store
    this.#isPythonBehind = isPythonBehind
    this.#rule.hidden = this.#formula.hidden = !showsRule
  }

  /** @param {Pick<PageData, 'title' | 'why'>} heading of the page's case, if it has one */
  label(heading) {
    const { catalogue, race } = this.#store
    const { title, watch, formula } = catalogue.landscapes[race.landscape]
    this.#title.textContent = heading.title ?? title
    this.#watch.textContent = heading.why ?? watch
    this.#formula.innerHTML = formula // declared with the surface, made on the server
    this.paint()
  }

  // The rule. What was tuned is tuned for the race that Python knows, until it knows this one.
  paint() {
    const { catalogue, view, isMoving } = this.#store
    const { words } = catalogue
    const tuned = isMoving || this.#isPythonBehind() ? words.ruleMoved : words.ruleBudget
    write(this.#rule, view.rule === 'tuned' ? tuned : words.rules[view.rule])
    this.#rule.title = words.ruleHelp
  }
}
