// Copies a link to what is shown.

/** @import { Words } from './types.js' */
/** @import { Notice } from './notice.js' */
/** @import { Sync } from './sync.js' */

import { fill } from './format.js'

const ATTEMPTS = 50
const WAIT = 100 // milliseconds between two checks of whether the address is up to date

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Copy the address as soon as it describes what is shown.
 *
 * @param {Pick<Sync<never>, 'commit' | 'isPythonBehind'>} sync
 * @param {Notice} notice
 * @param {Words} words
 */
export async function copyLink(sync, notice, words) {
  sync.commit()
  for (let i = 0; i < ATTEMPTS && sync.isPythonBehind; i++) await pause(WAIT)
  await pause(WAIT)
  try {
    await navigator.clipboard.writeText(location.href)
    notice.show(words.copied)
  } catch {
    notice.show(fill(words.copyYourself, { link: location.href }))
  }
}
