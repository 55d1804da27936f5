// The appearance of the stage: colours from Streamlit's theme, and the size of the text.

/** @import { Palette, Theme } from './types.js' */

const BASE = 14 // font size on a small screen, in pixels

/**
 * Return whether a CSS colour is dark.
 *
 * @param {string} colour
 */
function isDark(colour) {
  const probe = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'))
  probe.fillStyle = colour
  const hex = String(probe.fillStyle)
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
  return 0.299 * r + 0.587 * g + 0.114 * b < 128
}

/**
 * @param {CSSStyleDeclaration} css
 * @param {Palette} palette
 * @returns {Theme}
 */
function themeOf(css, palette) {
  /** @param {string} name @param {string} fallback */
  const value = (name, fallback) => css.getPropertyValue(name).trim() || fallback
  const dark = isDark(value('--st-background-color', '#ffffff'))
  const name = dark ? 'dark' : 'light'
  return {
    name,
    dark,
    relief: palette.ground[name],
    background: value('--st-background-color', '#ffffff'),
    edge: value('--st-border-color', '#dfe3e8'),
    accent: value('--st-primary-color', '#c92a4b'),
    text: value('--st-text-color', dark ? '#eef1f5' : '#1a1e26'),
    halo: dark ? '#0b0f15' : '#ffffff',
    plate: dark ? '#10151c' : '#ffffff',
    quiet: dark ? '#aeb6c2' : '#4d5663',
    line: dark ? 'rgba(160,175,195,.18)' : 'rgba(40,50,70,.12)',
    isoline: dark ? 'rgba(225,235,245,.16)' : 'rgba(40,50,60,.18)',
    isolineSolid: dark ? '#4a5866' : '#b9b4a6',
  }
}

export class Appearance {
  #root
  #palette
  #observer

  /**
   * @param {HTMLElement} root
   * @param {Palette} palette
   * @param {() => void} onChange called when the theme changes
   */
  constructor(root, palette, onChange) {
    this.#root = root
    this.#palette = palette
    const css = getComputedStyle(root)
    this.theme = themeOf(css, palette)
    this.unit = parseFloat(css.fontSize) / BASE // text size, relative to a small screen
    root.dataset.theme = this.theme.name
    // Streamlit changes its theme without a script run, by CSS variables on an ancestor.
    this.#observer = new MutationObserver(() => this.refresh() && onChange())
    for (const node of [document.documentElement, document.body]) {
      this.#observer.observe(node, { attributes: true, attributeFilter: ['style', 'class', 'data-theme'] })
    }
  }

  /** Update the size and the colours. Return whether the theme has changed. */
  refresh() {
    this.measure()
    const theme = themeOf(getComputedStyle(this.#root), this.#palette)
    if (theme.name === this.theme.name) return false
    this.theme = theme
    this.#root.dataset.theme = theme.name
    return true
  }

  /** Update the size. */
  measure() {
    this.unit = parseFloat(getComputedStyle(this.#root).fontSize) / BASE
  }

  close() {
    this.#observer.disconnect()
  }
}
