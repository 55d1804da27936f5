// The loss curve: the loss above its infimum, on a logarithmic axis.

import { COLUMNS } from '../answer.js'
import { write } from '../dom.js'
import { Chart, trackCurve } from './chart.js'

const LOSS = 2 // column of a path

export class LossCurve extends Chart {
  /** @override */
  label() {
    const { words } = this.store.catalogue
    const [clockName, label] = {
      steps: ['', words.curveLabel],
      gradients: [words.clockGradients, words.curveGradients],
      all: [words.clockAll, words.curveAll],
    }[this.playback.clock.name]
    const heading = this.store.answer?.header.attained === false ? words.curvePlain : words.curve
    this.canvas.setAttribute('aria-label', label)
    write(this.title, clockName ? `${heading} · ${clockName}` : heading)
  }

  /** @override */
  curves() {
    return this.store
      .shownTracks()
      .map((track) => trackCurve(this.playback, track, track.style, (row) => track.path[row * COLUMNS + LOSS]))
  }
}
