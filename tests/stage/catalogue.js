// A small catalogue for tests.

/** @import { Catalogue, Lane, Optimizer, Parameter, Race, View, Words } from '../../pages/stage/types.js' */

/** @param {string} name @param {number} value @returns {Parameter} */
export const parameter = (name, value) => ({
  name,
  symbol: name,
  meaning: name,
  default: value,
  low: 0,
  high: 1,
  scale: 'linear',
  integer: false,
  zero: false,
  choices: [],
})

/** @param {string} title @param {Parameter[]} hyperparameters @param {boolean} firstOrder @returns {Optimizer} */
const optimizer = (title, hyperparameters, firstOrder = true) => ({
  title,
  idea: '',
  formula: '',
  firstOrder,
  hasRate: firstOrder,
  family: firstOrder ? 'first_order' : 'second_order',
  hyperparameters,
})

/** @returns {Catalogue} */
export function catalogue() {
  const option = { title: '', kinds: {} }
  return {
    language: 'en',
    words: /** @type {Words} */ ({}),
    palette: {
      runners: { light: ['#000001', '#000002', '#000003'], dark: ['#fffff1', '#fffff2', '#fffff3'] },
      dashes: [[], [1], [2]],
      markers: ['circle', 'square', 'star'],
      ground: { light: ['#000000', '#ffffff'], dark: ['#ffffff', '#000000'] },
    },
    landscapes: {
      bowl: {
        title: 'Bowl',
        watch: '',
        formula: '',
        domain: [
          [-2, 2],
          [-1, 1],
        ],
        ofData: false,
        parameters: [parameter('condition', 10)],
        blur: null,
      },
    },
    optimizers: {
      sgd: optimizer('SGD', [parameter('lr', 0.01)]),
      momentum: optimizer('Momentum', [parameter('lr', 0.01), parameter('momentum', 0.9)]),
      newton: optimizer('Newton', [], false),
    },
    fields: { lanes: { most: 9 }, price: { least: 0, most: 1000 } },
    families: {},
    options: { schedule: option, clip: option, average: option },
    noise: option,
  }
}

/** @param {string[]} optimizers @returns {Race} */
export function race(...optimizers) {
  const none = { schedule: null, clip: null, average: null }
  /** @type {Lane[]} */
  const lanes = optimizers.map((name) => {
    /** @type {Record<string, number>} */
    const values = name === 'newton' ? {} : { lr: 0.1 }
    return { optimizer: name, values, shown: true, ...none }
  })
  return {
    landscape: 'bowl',
    values: { condition: 10 },
    lanes,
    start: [1, 0.5],
    steps: 10,
    noise: { kind: 'gaussian', values: { scale: 0 } },
    seed: 0,
    blur: 0,
  }
}

/** @param {Partial<View>} changes @returns {View} */
export const view = (changes = {}) => ({
  rule: 'own',
  at: null,
  mode: 'map',
  window: null,
  chosen: 0,
  case: '',
  seeds: 1,
  axes: '',
  measure: 'loss',
  part: null,
  clock: 'steps',
  price: 2,
  side: 16,
  ...changes,
})
