// A typed event emitter. No DOM.

/** @template {Record<string, unknown>} Details of each event, by its name */
export class Events {
  /** @type {Map<keyof Details, ((detail: never) => void)[]>} */
  #listeners = new Map()

  /**
   * @template {keyof Details} Name
   * @param {Name} name
   * @param {(detail: Details[Name]) => void} listener
   */
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener])
  }

  /**
   * @template {keyof Details} Name
   * @param {Name} name
   * @param {Details[Name]} detail
   */
  announce(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(/** @type {never} */ (detail))
  }
}
