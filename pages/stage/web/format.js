// Numbers and sentences as people read them.

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)

// A short decimal: 3 digits, and powers of ten where they are shorter, with one digit less.
export function short(number, digits = 3) {
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number > 0 ? '∞' : '−∞'
  if (number === 0) return '0'
  const size = Math.abs(number)
  if (size >= 1e3 && size < 1e4) return String(Number(number.toPrecision(Math.max(digits, 4)))).replace('-', '−')
  if (size >= 1e-3 && size < 1e3) return String(Number(number.toPrecision(digits))).replace('-', '−')
  const power = digits > 3 ? Number(number.toPrecision(digits - 1)).toExponential() : number.toExponential(Math.min(digits - 1, 1))
  return power.replace('e+', 'e').replaceAll('-', '−')
}

// Numbers of which some are close to each other: with so many digits that different ones look different.
export function apart(numbers, digits = 3) {
  const texts = numbers.map((number) => short(number, digits))
  return new Set(texts).size === new Set(numbers).size || digits === 17 ? texts : apart(numbers, digits + 1)
}

export const power = (exponent) =>
  '10' + [...String(exponent)].map((c) => (c === '-' ? '⁻' : SUPERSCRIPTS[Number(c)])).join('')

// The number as it is typed back: exact.
export const exact = (number) => String(number)

export function ticks(low, high, count) {
  const rough = (high - low) / count
  const base = 10 ** Math.floor(Math.log10(rough))
  const step = base * [1, 2, 5, 10].find((factor) => base * factor >= rough)
  const list = []
  for (let i = Math.ceil(low / step); i * step <= high; i++) list.push(i * step)
  return { list, step }
}

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (name === 'class') made.className = value
    else if (name.includes('-') || name === 'role' || name === 'for') made.setAttribute(name, value)
    else made[name] = value
  }
  made.append(...children)
  return made
}

// A drawn sign; text would depend on the fonts a machine happens to have.
const PATHS = {
  play: 'M8 5v14l11-7z',
  pause: 'M6 5h4v14H6zm8 0h4v14h-4z',
  back: 'M6 6h2v12H6zm12 0v12L9 12z',
  forward: 'M16 6h2v12h-2zM6 6l9 6-9 6z',
  replay: 'M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
  full: 'M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z',
  duplicate: 'M8 3h11a2 2 0 0 1 2 2v11h-2V5H8zM5 7h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zm0 2v10h9V9z',
  remove: 'M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4L12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z',
  link: 'M10.6 13.4a1 1 0 0 1 0-1.4l4-4a3 3 0 0 1 4.2 4.2l-2 2 1.4 1.4 2-2a5 5 0 0 0-7-7l-4 4a3 3 0 0 0 0 4.2zm2.8-2.8a1 1 0 0 1 0 1.4l-4 4a3 3 0 0 1-4.2-4.2l2-2-1.4-1.4-2 2a5 5 0 0 0 7 7l4-4a3 3 0 0 0 0-4.2z',
}

export const sign = (name) => PATHS[name]

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  shape.setAttribute('d', PATHS[name])
  svg.append(shape)
  return svg
}
