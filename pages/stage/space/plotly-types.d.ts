// What the stage uses of Plotly: its three calls, and the camera that the pinned bundle keeps to itself.

export type Matrix = ArrayLike<number> // 4 x 4, column by column

export interface Camera {
  model: Matrix
  view: Matrix
  projection: Matrix
}

export interface PlotlyPlot extends HTMLElement {
  on(event: string, listener: () => void): void
  _fullLayout?: {
    scene?: { _scene?: { glplot?: { cameraParams?: Camera }; dataScale: [number, number, number] } }
  }
}

export interface Plotly {
  react(plot: HTMLElement, traces: object[], layout: object, config: object): Promise<PlotlyPlot>
  purge(plot: HTMLElement): void
}

declare global {
  interface Window {
    Plotly?: Plotly
  }
}
