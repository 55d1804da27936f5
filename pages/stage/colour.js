// Arithmetic of colours. No DOM.

/**
 * Return red, green and blue of a colour "#rrggbb".
 *
 * @param {string} hex
 */
export const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))

/**
 * Return the two stops of a ramp around a position, and the fraction of the way from the first to the second.
 *
 * @template Stop
 * @param {Stop[]} ramp
 * @param {number} share position on the ramp, from 0 to 1
 * @returns {[from: Stop, to: Stop, part: number]}
 */
export function along(ramp, share) {
  const place = Math.min(share, 0.9999) * (ramp.length - 1)
  return [ramp[Math.floor(place)], ramp[Math.ceil(place)], place % 1]
}
