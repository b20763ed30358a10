import { BOUNDS_SECONDS, countsUpTo, type Family, type Point } from './families.ts'
import type { Histogram } from '../engine/histogram.ts'

type Labels = Readonly<Record<string, string>>

/**
 * Families in Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). No timestamps: a
 * Pushgateway refuses them. `common` goes onto every sample.
 */
export function prometheusText(families: readonly Family[], common: Labels): string {
  return families
    .filter(({ points }) => points.values.length > 0)
    .map((family) => familyText(family, common))
    .join('')
}

function familyText({ name, help, unit, points }: Family, common: Labels): string {
  const suffix = points.kind === 'counter' ? '_total' : unit === 's' ? '_seconds' : ''
  const full = name + suffix
  const lines =
    points.kind === 'histogram'
      ? points.values.flatMap((point) => histogramLines(full, point, common))
      : points.values.map(({ labels, value }) => sample(full, { ...common, ...labels }, value))
  return `# HELP ${full} ${help}\n# TYPE ${full} ${points.kind}\n${lines.join('\n')}\n`
}

function histogramLines(name: string, { labels, value }: Point<Histogram>, common: Labels): string[] {
  const all = { ...common, ...labels }
  const counts = countsUpTo(value)
  return [
    ...BOUNDS_SECONDS.map((bound, i) => sample(`${name}_bucket`, { ...all, le: String(bound) }, counts[i])),
    sample(`${name}_bucket`, { ...all, le: '+Inf' }, value.count),
    sample(`${name}_sum`, all, Number(value.sumUs) / 1e6),
    sample(`${name}_count`, all, value.count),
  ]
}

function sample(name: string, labels: Labels, value: number): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${written.length > 0 ? `{${written.join(',')}}` : ''} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
