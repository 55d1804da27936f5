// The loss curve: the logarithm of the loss above its lowest value.

import { Chart, laneLine } from './chart.js'

export class Curve extends Chart {
  label() {
    const { words } = this.stage.catalogue
    this.canvas.setAttribute('aria-label', words.curveLabel)
    this.title.textContent = this.stage.answer?.header.attained === false ? words.curvePlain : words.curve
  }

  lines() {
    return this.stage.shownLanes().map((lane) => {
      const { numbers, offset } = lane
      return laneLine(this.stage, lane, (row) => numbers[offset + row * 4 + 2])
    })
  }
}
