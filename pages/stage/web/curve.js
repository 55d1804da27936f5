// The loss curve: the logarithm of the loss above its lowest value.

import { Chart, laneLine } from './chart.js'

export class Curve extends Chart {
  label() {
    const { words } = this.stage.catalogue
    const [against, label] = {
      steps: ['', words.curveLabel],
      gradients: [words.clockGradients, words.curveGradients],
      all: [words.clockAll, words.curveAll],
    }[this.stage.clock.name]
    const height = this.stage.answer?.header.attained === false ? words.curvePlain : words.curve
    this.canvas.setAttribute('aria-label', label)
    this.title.textContent = against ? `${height} · ${against}` : height
  }

  lines() {
    return this.stage.shownLanes().map((lane) => {
      const { numbers, offset } = lane
      return laneLine(this.stage, lane, (row) => numbers[offset + row * 4 + 2])
    })
  }
}
