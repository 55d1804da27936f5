// The loss curve: the logarithm of the loss above its lowest value.

import { COLUMNS } from '../answer.js'
import { write } from '../dom.js'
import { Chart, trackCurve } from './chart.js'

const LOSS = 2 // column of a path

export class LossCurve extends Chart {
  /** @override */
  label() {
    const { words } = this.store.catalogue
    const [against, label] = {
      steps: ['', words.curveLabel],
      gradients: [words.clockGradients, words.curveGradients],
      all: [words.clockAll, words.curveAll],
    }[this.playback.clock.name]
    const height = this.store.answer?.header.attained === false ? words.curvePlain : words.curve
    this.canvas.setAttribute('aria-label', label)
    write(this.title, against ? `${height} · ${against}` : height)
  }

  /** @override */
  curves() {
    return this.store
      .shownTracks()
      .map((track) => trackCurve(this.playback, track, track.style, (row) => track.path[row * COLUMNS + LOSS]))
  }
}
