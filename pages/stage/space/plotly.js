// Plotly, loaded when the 3D view is first opened; the file sets `window.Plotly`.

/** @import { Plotly } from './plotly-types.js' */

import { element } from '../dom.js'

/** @type {Promise<Plotly> | null} */
let library = null

/** @returns {Promise<Plotly>} */
export function plotly() {
  library ??= new Promise((resolve, reject) => {
    const fail = () => {
      library = null
      reject(new Error('plotly'))
    }
    const onload = () => (window.Plotly ? resolve(window.Plotly) : fail())
    const src = new URL('../../plotly/plotly.min.js', import.meta.url).href
    document.head.append(element('script', { src, onload, onerror: fail }))
  })
  return library
}
