import { checksOf } from '../engine/check-counts.ts'
import type { Figures, OutcomeFigures, StepFigures } from '../engine/figures.ts'
import { Histogram } from '../engine/histogram.ts'
import type { Tags } from './metric-key.ts'
import type { Reading } from './reading.ts'
import type { TrafficNames } from './traffic-definitions.ts'

export interface TrafficOptions {
  readonly durationMs: number
  readonly traffic: TrafficNames
  /** The highest that were seen, where the figures are a run's total: that holds none. Default: the figures' own. */
  readonly levels?: ReadonlyMap<string, number>
}

/** How a metric is read from figures. */
export type Read = (figures: Figures, tags: Tags, options: TrafficOptions) => Reading

export const OK = 'ok'
const INTERRUPTED = 'interrupted'

export function latency(which: 'responseTime' | 'serviceTime') {
  return (figures: Figures, tags: Tags): Reading => trend(outcomesOf(figures, tags).map((outcome) => outcome[which]))
}

export function timingOf(timing: string): Read {
  return (figures, tags) => trend(stepsOf(figures, tags).flatMap((step) => step.timings.get(timing) ?? []))
}

export function stepCount(figures: Figures, tags: Tags, { durationMs }: TrafficOptions): Reading {
  return { type: 'counter', count: samplesOf(outcomesOf(figures, tags), tags), ...counted(figures, tags), durationMs }
}

export function stepFailures(figures: Figures, tags: Tags): Reading {
  const total = samplesOf(outcomesOf(figures, tags), tags)
  const passed = samplesOf(
    outcomesOf(figures, tags, (outcome) => outcome === OK),
    tags,
  )
  return { type: 'rate', trues: total - passed, total }
}

export function bytes(which: 'bytesSent' | 'bytesReceived'): Read {
  return (figures, tags, { durationMs }) => {
    const count = outcomesOf(figures, tags).reduce((sum, outcome) => sum + outcome[which], 0)
    return { type: 'counter', count, ...counted(figures, tags), durationMs }
  }
}

/** Without an outcome asked for, k6's: an iteration that was interrupted is none. */
function iterationsOf({ iterations }: Figures, tags: Tags): OutcomeFigures[] {
  const { outcome: asked } = tags
  const isMeant = (outcome: string) => (asked === undefined ? outcome !== INTERRUPTED : outcome === asked)
  return [...iterations.outcomes].filter(([outcome]) => isMeant(outcome)).map(([, figures]) => figures)
}

export function iterationTime(figures: Figures, tags: Tags): Reading {
  return trend(iterationsOf(figures, tags).map(({ serviceTime }) => serviceTime))
}

export function slip(figures: Figures): Reading {
  return trend([figures.slip])
}

export function dropped({ starts }: Figures, _: Tags, { durationMs }: TrafficOptions): Reading {
  return { type: 'counter', count: starts.dropped, observed: starts.due, durationMs }
}

export function iterationCount(figures: Figures, tags: Tags, { durationMs }: TrafficOptions): Reading {
  const count = samplesOf(iterationsOf(figures, tags), {})
  return { type: 'counter', count, observed: figures.iterations.count, durationMs }
}

export function checkRate(figures: Figures, { check }: Tags): Reading {
  const meant = checksOf(figures).filter(({ name }) => check === undefined || name === check)
  const trues = meant.reduce((sum, { passed }) => sum + passed, 0)
  return { type: 'rate', trues, total: meant.reduce((sum, { failed }) => sum + failed, trues) }
}

export function level(name: string): Read {
  return (figures, _, { levels = figures.levels }) => ({ type: 'gauge', value: levels.get(name) ?? null })
}

/** Something may be counted in whatever a run does: a run that did nothing at all counted nothing. */
export function counter(name: string): Read {
  return (figures, _, { durationMs }) => {
    const done = figures.iterations.count + figures.starts.due + samplesOf(outcomesOf(figures, {}), {})
    const count = figures.counters.get(name) ?? 0
    return { type: 'counter', count, observed: done + count, durationMs }
  }
}

/** A count of 0 timeouts is one of all the step's samples, whatever became of them. */
function counted(figures: Figures, { step }: Tags): { readonly observed: number } {
  return { observed: samplesOf(outcomesOf(figures, step === undefined ? {} : { step }), {}) }
}

function stepsOf({ steps }: Figures, { step }: Tags): StepFigures[] {
  if (step === undefined) return [...steps.values()]
  const found = steps.get(step)
  return found ? [found] : []
}

function outcomesOf(
  figures: Figures,
  tags: Tags,
  isMeant: (outcome: string) => boolean = () => true,
): OutcomeFigures[] {
  const { outcome: asked, expected_response: expected } = tags
  return stepsOf(figures, tags).flatMap((step) =>
    [...step.outcomes].flatMap(([outcome, found]) => {
      const isAsked = asked === undefined || outcome === asked
      const isExpected = expected === undefined || String(outcome === OK) === expected
      return isAsked && isExpected && isMeant(outcome) ? found : []
    }),
  )
}

function samplesOf(outcomes: readonly OutcomeFigures[], { status }: Tags): number {
  const countOf = ({ statuses, responseTime }: OutcomeFigures) =>
    status === undefined ? responseTime.count : (statuses.get(Number(status)) ?? 0)
  return outcomes.reduce((sum, outcome) => sum + countOf(outcome), 0)
}

function trend(histograms: readonly Histogram[]): Reading {
  const values = new Histogram()
  for (const histogram of histograms) values.merge(histogram)
  return { type: 'trend', form: 'histogram', values }
}
