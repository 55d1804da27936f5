// The link to exactly what is shown.

/** @import { Words } from './types.js' */
/** @import { Notice } from './notice.js' */
/** @import { Sync } from './sync.js' */

import { fill } from './format.js'

const LOOKS = 50
const WAIT = 100 // milliseconds between two looks at whether the address is in step

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Copies the address as soon as it says what is shown.
 *
 * @param {Pick<Sync<never>, 'commit' | 'isPythonBehind'>} sync
 * @param {Notice} notice
 * @param {Words} words
 */
export async function copyLink(sync, notice, words) {
  sync.commit()
  for (let i = 0; i < LOOKS && sync.isPythonBehind; i++) await pause(WAIT)
  await pause(WAIT)
  try {
    await navigator.clipboard.writeText(location.href)
    notice.show(words.copied)
  } catch {
    notice.show(fill(words.copyYourself, { link: location.href }))
  }
}
