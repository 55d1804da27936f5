// What the parts of the stage say to each other, to Python and to the race socket.

export type Point = [number, number]
export type Box = [x0: number, x1: number, y0: number, y1: number]
export type ThemeName = 'light' | 'dark'
export type MarkerShape =
  'circle' | 'square' | 'triangle' | 'wedge' | 'diamond' | 'star' | 'cross' | 'pentagon' | 'hexagon'

// ---- the race and the view: what Python and the stage exchange ----

export type Values = Record<string, number>

export interface Choice {
  kind: string
  values: Values
}

export interface Lane {
  optimizer: string
  values: Values
  shown: boolean
  schedule: Choice | null
  clip: Choice | null
  average: Choice | null
}

export type OptionName = 'schedule' | 'clip' | 'average'

export interface Race {
  landscape: string
  values: Values
  lanes: Lane[]
  start: Point
  steps: number
  noise: Choice
  seed: number
  blur: number
}

export type ClockName = 'steps' | 'gradients' | 'all'
export type RuleName = 'own' | 'same' | 'default' | 'tuned'

export interface View {
  rule: RuleName
  at: number | null
  mode: 'map' | '3d'
  window: Box | null
  chosen: number
  case: string
  seeds: number
  axes: string
  measure: 'loss' | 'steps'
  part: number | null
  clock: ClockName
  price: number
  side: number
}

// What Python tells the stage with every run of the page's script.
export interface PageData {
  session: string
  revision: number
  acknowledged: number
  language: string
  page: string
  panel: boolean
  subject: OptionName | ''
  title: string | null
  why: string | null
  race: Race
  view: View
}

export interface Commit {
  session: string | null
  revision: number
  commit: number
  edited: boolean
  race: Race
  view: View
}

export interface Component {
  data: PageData
  parentElement: HTMLElement
  setTriggerValue(name: 'commit', commit: Commit): void
}

// ---- the catalogue: everything that is declared, in one language ----

export interface Parameter {
  name: string
  symbol: string
  meaning: string
  default: number
  low: number
  high: number
  scale: 'linear' | 'log'
  integer: boolean
  zero: boolean
  choices: string[]
  atLeast?: number
  atMost?: number
}

export interface Kind {
  title: string
  parameters: Parameter[]
}

export interface Option {
  title: string
  kinds: Record<string, Kind>
}

export interface Landscape {
  title: string
  watch: string
  formula: string
  domain: [Point, Point]
  ofData: boolean
  parameters: Parameter[]
  blur: Parameter | null
}

export interface Optimizer {
  title: string
  idea: string
  formula: string
  firstOrder: boolean
  hasRate: boolean
  family: string
  hyperparameters: Parameter[]
}

export interface Palette {
  runners: Record<ThemeName, string[]>
  dashes: number[][]
  markers: MarkerShape[]
  ground: Record<ThemeName, string[]>
}

export interface Catalogue {
  language: string
  words: Words
  palette: Palette
  landscapes: Record<string, Landscape>
  optimizers: Record<string, Optimizer>
  fields: { lanes: { most: number }; price: { least: number; most: number } }
  families: Record<string, string>
  options: Record<OptionName, Option>
  noise: Option
}

// ---- the race socket ----

export type Outcome = 'converged' | 'saddle' | 'maximum' | 'stalled' | 'out_of_steps' | 'diverged' | 'no_step'
export type Reason = 'left' | 'loss' | 'nan' | 'singular' | 'nothing_lower'
export type Evaluations = [values: number | number[], gradients: number | number[], hessians: number | number[]]

export interface SurfaceQuery {
  window: Box
  columns: number
  rows: number
}

// What is asked of the race socket; a panel adds to it what its page shows beside the race.
export interface Query {
  race: Race
  language: string
  rows: number
  subject: OptionName | '' // the option in which the lanes differ
  origin: Point
  surface?: SurfaceQuery
  surfaceKey: string
}

export interface LaneHeader {
  name: string
  nameWithout: string // what it would be called without the option in which the lanes differ
  rows: number
  every: number
  steps: number
  outcome: Outcome
  reason: Reason | null
  best: boolean
  phrase: string // how it ended
  minimum: Point | null
  last: Point | null
  final: { loss: number | null; slope: number | null }
  evaluations: Evaluations
  rates: (number | null)[] | null
}

export interface SurfaceHeader {
  window: Box
  columns: number
  rows: number
}

export interface Header {
  id: number
  problems: string[]
  origin: Point
  infimum: number
  attained: boolean
  minima: Point[]
  saddles: Point[]
  lanes: LaneHeader[]
  surface?: SurfaceHeader
  arrays: [name: string, kind: string, size: number][]
}

// A lane as it was answered: what the header says of it, and its numbers, four to a row.
export interface Track extends LaneHeader {
  index: number
  path: Float32Array // x - x₀, y - y₀, f - infimum, ‖g‖
  average: Float32Array | null
  style: Style | null // null until the answer is one to the race that is shown
  evaluationCounts: Float64Array // up to every row
  ticks: ArrayLike<number> & { at(index: number): number | undefined } // of the clock, up to every row
}

export interface Answer {
  id: number
  header: Header
  tracks: Track[]
  kinds: string
  landscape: string
}

// ---- drawing ----

export interface Line {
  colour: string
  width: number
  dash: number[]
}

export interface Style extends Line {
  marker: MarkerShape
  ring?: boolean
}

// Something that runs over the map: a lane's path, or its average.
export interface Runner {
  track: Track
  path: Float32Array
  style: Style
  name: string
  kind: 'path' | 'average'
}

export interface Theme {
  name: ThemeName
  dark: boolean
  relief: string[]
  accent: string
  text: string
  halo: string
  plate: string
  quiet: string
  line: string
  background: string
  edge: string
  isoline: string
  isolineSolid: string
}

// The part of the plane that a map shows, and how much of it a pixel is.
export interface MapWindow {
  x0: number
  x1: number
  y0: number
  y1: number
  unit: number
  cx: number
  cy: number
}

// A surface that came from the socket, on a grid, row by row from the bottom up.
export interface Surface extends SurfaceHeader {
  landscape: string
  level: Float32Array // 0 on the valley floor, 1 on the high ground
  height(level: number): number
}

// A curve of a chart.
export interface Curve {
  rows: number
  style: Line & { marker?: MarkerShape }
  step(row: number): number
  value(row: number): number
  at(playhead: number): number
}

export interface Standing {
  index: number
  above: number
  cells: [string, string, string]
  words: string
  spent: number
}

export interface StandingNumbers {
  above: number
  loss: number
  slope: number
  spent: number
}

export type Part = 'header' | 'relief' | 'runners' | 'chart' | 'board' | 'knobs' | 'timeline' | 'all'

export type Words = Record<Word, string> & { rules: Record<RuleName, string> }

// The sentences of the stage; a test compares them with those that Python has.
export type Word =
  | 'map'
  | 'threeD'
  | 'wholeMap'
  | 'mapLabel'
  | 'dragMe'
  | 'startLabel'
  | 'play'
  | 'pause'
  | 'back'
  | 'forward'
  | 'backOne'
  | 'forwardOne'
  | 'replay'
  | 'speed'
  | 'step'
  | 'copyLink'
  | 'copied'
  | 'copyYourself'
  | 'fullscreen'
  | 'keys'
  | 'close'
  | 'keySpace'
  | 'keyArrows'
  | 'keyShiftArrows'
  | 'keyHomeEnd'
  | 'keyDigits'
  | 'keyFull'
  | 'keyHelp'
  | 'curve'
  | 'curvePlain'
  | 'curveLabel'
  | 'atStep'
  | 'atGradients'
  | 'atCost'
  | 'atStart'
  | 'clock'
  | 'clockSteps'
  | 'clockGradients'
  | 'clockAll'
  | 'clockLabel'
  | 'price'
  | 'gradients'
  | 'cost'
  | 'curveGradients'
  | 'curveAll'
  | 'runner'
  | 'loss'
  | 'slope'
  | 'slopeLabel'
  | 'evaluations'
  | 'evaluationsLabel'
  | 'show'
  | 'hide'
  | 'duplicate'
  | 'remove'
  | 'choose'
  | 'addRunner'
  | 'noRunners'
  | 'offMap'
  | 'ruleBudget'
  | 'ruleMoved'
  | 'ruleHelp'
  | 'knobs'
  | 'ofRunner'
  | 'ofAll'
  | 'ofLandscape'
  | 'ofRace'
  | 'none'
  | 'options'
  | 'numberAllowed'
  | 'wholeAllowed'
  | 'anything'
  | 'lost'
  | 'slow'
  | 'dismiss'
  | 'noWebgl'
  | 'height'
  | 'keyParts'
  | 'rateEdge'
  | 'rateBest'
  | 'rateRange'
  | 'rates'
  | 'axisAcross'
  | 'axisUp'
  | 'heatLabel'
  | 'bandLabel'
  | 'bandTitle'
  | 'measure'
  | 'finalLoss'
  | 'stepsNeeded'
  | 'neverThere'
  | 'thereAt'
  | 'endsAt'
  | 'divergesHere'
  | 'decades'
  | 'parts'
  | 'zoomToStep'
  | 'searchLabel'
  | 'noStep'
  | 'changePredicted'
  | 'changeReal'
  | 'curvatureWins'
  | 'basinsTitle'
  | 'minimumAt'
  | 'saddleAt'
  | 'saddle'
  | 'maximum'
  | 'stalled'
  | 'outOfSteps'
  | 'noStepLeft'
  | 'diverged'
  | 'elsewhere'
  | 'threshold'
  | 'normsTitle'
  | 'clipped'
  | 'clippedLabel'
  | 'angle'
  | 'angleLabel'
  | 'landed'
  | 'oneRun'
  | 'manySeeds'
  | 'seeds'
  | 'excess'
  | 'excessLabel'
  | 'excessShort'
  | 'spread'
  | 'spreadLabel'
  | 'theory'
  | 'theoryLabel'
  | 'theoryNear'
  | 'theoryNone'
  | 'seedsLost'
