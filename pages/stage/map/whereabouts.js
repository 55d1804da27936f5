// What is said of a runner that is out of sight. No DOM.

/** @import { Runner } from '../types.js' */
/** @import { Store } from '../store.js' */
/** @import { Playback } from '../playback.js' */
/** @import { Panel } from '../panel.js' */

import { fill } from '../format.js'

/**
 * Where a runner ended and why, or when it left; its name alone if it was never in sight.
 *
 * @param {{ store: Store, playback: Playback, panel: Panel }} stage
 * @param {Runner} runner
 * @param {number} row that led out of sight, less than 0 if none did
 */
export function whereabouts({ store, playback, panel }, { track, name }, row) {
  if (playback.hasEnded(track) && track.reason) return `${name}: ${track.phrase}`
  const exit = row < 0 ? name : fill(store.catalogue.words.offMap, { name, step: row * track.every })
  const place = panel.placeText(track, playback.rowAt(track)[0])
  return place ? `${exit}, ${place}` : exit
}
