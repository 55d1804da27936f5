// The Streamlit component: loads what the stage needs, and creates, updates and closes it.

/** @import { Catalogue, Component, PageData } from './types.js' */

import { Panel } from './panel.js'
import { RaceSocket } from './socket.js'
import { Stage } from './stage.js'

/** @type {WeakMap<HTMLElement, Mount>} */
const mounts = new WeakMap()
/** @type {Map<string, Promise<unknown>>} */
const loading = new Map()

/**
 * Load a resource once.
 *
 * @template Loaded
 * @param {string} address relative to this file
 * @param {(url: URL) => Promise<Loaded>} load
 * @returns {Promise<Loaded>}
 */
function once(address, load) {
  const promise = loading.get(address) ?? load(new URL(address, import.meta.url))
  loading.set(address, promise)
  return /** @type {Promise<Loaded>} */ (promise)
}

/** @param {URL} url @returns {Promise<Catalogue>} */
const json = (url) => fetch(url).then((response) => response.json())

/** @param {URL} url */
const style = (url) =>
  new Promise((resolve) => {
    const link = document.createElement('link')
    Object.assign(link, { rel: 'stylesheet', href: url.href, onload: resolve, onerror: resolve })
    document.head.append(link)
  })

/** @param {URL} url @returns {Promise<typeof Panel>} */
const panel = (url) => import(url.href).then((file) => file.default)

/** Load the panel of a page and its style; the base class for a page that has none. @param {PageData} data */
async function panelOf({ page, panel: hasPanel }) {
  if (!hasPanel) return Panel
  const [PagePanel] = await Promise.all([once(`../${page}/panel.js`, panel), once(`../${page}/panel.css`, style)])
  return PagePanel
}

function raceAddress() {
  const address = new URL('../../race', import.meta.url)
  address.protocol = address.protocol.replace('http', 'ws')
  return address
}

class Mount {
  /** @type {Stage | null} */
  #stage = null
  #calls = 0
  #isClosed = false
  #root
  #socket = new RaceSocket(raceAddress(), {
    answer: (header, arrays, query) => this.#stage?.receiveAnswer(header, arrays, query),
    connection: (connection) => this.#stage?.showConnection(connection),
  })

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root
  }

  /** @param {Component} component */
  async update({ data, setTriggerValue }) {
    const call = ++this.#calls
    this.#stage?.acknowledge(data.acknowledged)
    // The stage's style is requested first: that of a panel overrides it.
    const [, catalogue, PagePanel] = await Promise.all([
      once('stage.css', style),
      once(`../words/${data.language}.json`, json),
      panelOf(data),
    ])
    if (call !== this.#calls || this.#isClosed) return
    const message = { ...data, catalogue }
    this.#stage ??= new Stage(this.#root, message, PagePanel, this.#socket)
    this.#stage.receive(message, (commit) => setTriggerValue('commit', commit))
  }

  close() {
    this.#isClosed = true
    this.#socket.close()
    this.#stage?.close()
  }
}

/**
 * Mount or update the component. Streamlit calls this with the same parent whenever its data change.
 *
 * @param {Component} component
 */
export function mount(component) {
  const { parentElement } = component
  const root = parentElement.querySelector('.slalom') ?? parentElement
  const instance = mounts.get(parentElement) ?? new Mount(/** @type {HTMLElement} */ (root))
  mounts.set(parentElement, instance)
  instance.update(component)
  return () => {
    mounts.delete(parentElement)
    instance.close()
  }
}
