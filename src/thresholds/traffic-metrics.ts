import { checksOf } from '../engine/check-counts.ts'
import type { Figures, StepFigures } from '../engine/figures.ts'
import type { MetricCatalog } from './catalog.ts'
import type { MetricSource } from './metric-source.ts'
import { definitionsOf, recordedAs, type TrafficNames } from './traffic-definitions.ts'
import type { TrafficOptions } from './traffic-readings.ts'

/** All that thresholds can be about in a traffic run, k6's names first to last with k6's meaning (docs/thresholds.md). */
export function trafficCatalog(traffic: TrafficNames): MetricCatalog {
  return { metrics: new Map(Object.entries(definitionsOf(traffic))), isOpen: traffic.isOpen ?? false }
}

/** The figures of a window or a whole run as metrics. What it answers is its own: the figures may be cleared afterwards. */
export function trafficMetrics(figures: Figures, options: TrafficOptions): MetricSource {
  const definitions = definitionsOf(options.traffic)

  const definitionOf = (name: string) =>
    Object.hasOwn(definitions, name) ? definitions[name] : recordedAs(name, figures, options)

  function valuesOf(name: string, tag: string): string[] {
    const { steps } = figures
    if (!definitionOf(name)?.tags.includes(tag)) return []
    if (tag === 'check') return checksOf(figures).map((check) => check.name)
    if (tag === 'expected_response') return ['true', 'false']
    if (tag === 'step') return [...steps].filter(([, step]) => hasData(step)).map(([step]) => step)
    const parts = name.startsWith('iteration') ? [figures.iterations] : [...steps.values()]
    const outcomes = parts.flatMap((step) => [...step.outcomes]).filter(([, outcome]) => outcome.responseTime.count > 0)
    if (tag === 'outcome') return [...new Set(outcomes.map(([outcome]) => outcome))]
    return [...new Set(outcomes.flatMap(([, { statuses }]) => [...statuses.keys()]))].map(String)
  }

  return {
    find: (name, tags) => definitionOf(name)?.read(figures, tags, options),
    valuesOf,
    names: () => [...Object.keys(definitions), ...namesIn(figures)],
  }
}

function namesIn({ steps, counters, levels }: Figures): string[] {
  const timings = [...steps.values()].flatMap((step) => [...step.timings.keys()])
  return [
    ...timings,
    ...[...counters.keys()].filter((name) => !/^check_(?:passed|failed)\//.test(name)),
    ...levels.keys(),
  ]
}

function hasData(step: StepFigures): boolean {
  return step.count > 0 || [...step.timings.values()].some(({ count }) => count > 0)
}
