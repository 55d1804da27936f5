// Helpers for elements, canvases and icons.

/**
 * Create an element with properties, attributes ("aria-…", "role"), a `class` and listeners ("on…").
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const created = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) created.addEventListener(name.slice(2), /** @type {EventListener} */ (value))
    else if (name === 'class') created.className = String(value)
    else if (name.includes('-') || name === 'role') created.setAttribute(name, String(value))
    else Object.assign(created, { [name]: value })
  }
  created.append(...children)
  return created
}

/**
 * Set the text of an element that has no other children. Setting the same text again, or replacing the text node, would
 * make the browser recompute the element's style and layout.
 *
 * @param {Element} node
 * @param {string} text
 */
export function write(node, text) {
  const { firstChild } = node
  if (!(firstChild instanceof Text)) node.textContent = text
  else if (firstChild.data !== text) firstChild.data = text
}

/**
 * Return the 2D context of a canvas, scaled to CSS pixels.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} scale canvas pixels per CSS pixel
 * @param {boolean} alpha false for an opaque canvas, which the browser need not blend
 */
export function contextOf(canvas, scale, alpha = true) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha }))
  context.setTransform(scale, 0, 0, scale, 0, 0)
  return context
}

// Canvas pixels per CSS pixel: those of the screen, at most two.
export const pixelScale = () => Math.min(devicePixelRatio || 1, 2)

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width in CSS pixels
 * @param {number} height in CSS pixels
 * @param {number} scale
 */
export function sizeCanvas(canvas, width, height, scale) {
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
}

/**
 * Return a canvas with an image: `drawImage` can scale it.
 *
 * @param {ImageData} image
 */
export function pictureOf(image) {
  const picture = new OffscreenCanvas(image.width, image.height)
  picture.getContext('2d')?.putImageData(image, 0, 0)
  return picture
}

// Icons as SVG paths: characters would depend on the installed fonts.
export const SIGNS = {
  play: 'M8 5v14l11-7z',
  pause: 'M6 5h4v14H6zm8 0h4v14h-4z',
  back: 'M6 6h2v12H6zm12 0v12L9 12z',
  forward: 'M16 6h2v12h-2zM6 6l9 6-9 6z',
  replay: 'M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
  full: 'M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z',
  duplicate:
    'M8 3h11a2 2 0 0 1 2 2v11h-2V5H8zM5 7h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zm0 2v10h9V9z',
  remove: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z',
  link: 'M10.6 13.4a1 1 0 0 1 0-1.4l4-4a3 3 0 0 1 4.2 4.2l-2 2 1.4 1.4 2-2a5 5 0 0 0-7-7l-4 4a3 3 0 0 0 0 4.2zm2.8-2.8a1 1 0 0 1 0 1.4l-4 4a3 3 0 0 1-4.2-4.2l2-2-1.4-1.4-2 2a5 5 0 0 0 7 7l4-4a3 3 0 0 0 0-4.2z',
}

/** @typedef {keyof typeof SIGNS} Sign */

/** @param {Sign} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  shape.setAttribute('d', SIGNS[name])
  svg.append(shape)
  return svg
}

/**
 * Return the position of a pointer in an element, in pixels from its top left corner.
 *
 * @param {Element} box
 * @param {MouseEvent} event
 * @returns {[x: number, y: number]}
 */
export function placeIn(box, event) {
  const { left, top } = box.getBoundingClientRect()
  return [event.clientX - left, event.clientY - top]
}

/** Directions of the arrow keys in the plane. @type {Record<string, [x: number, y: number] | undefined>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }

/** @param {KeyboardEvent} event */
export const isArrow = (event) => event.key in ARROWS

/**
 * Return the direction of an arrow key that is pressed alone or with Shift; undefined for other keys.
 *
 * @param {KeyboardEvent} event
 */
export function arrowOf(event) {
  return event.ctrlKey || event.metaKey || event.altKey ? undefined : ARROWS[event.key]
}
