import { BOUNDS_SECONDS, countsUpTo, type Family, type Point } from './families.ts'
import type { Snapshot } from './running-total.ts'
import type { Histogram } from '../engine/histogram.ts'

type Attributes = Readonly<Record<string, string>>

/** AGGREGATION_TEMPORALITY_CUMULATIVE: the next push repairs one that was lost. */
const CUMULATIVE = 2

/**
 * A snapshot as an OTLP ExportMetricsServiceRequest in its JSON encoding, 64-bit integers as text
 * (opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Names and units are such that an OTLP receiver's
 * translation makes the same Prometheus names as our own Prometheus output has.
 */
export function otlpMetrics(snapshot: Snapshot, resource: Attributes, version: string): unknown {
  const metrics = snapshot.families.filter(({ points }) => points.values.length > 0)
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeMetrics: [
          { scope: { name: 'turnaround', version }, metrics: metrics.map((family) => metricOf(family, snapshot)) },
        ],
      },
    ],
  }
}

function metricOf({ name, help, unit, points }: Family, { startMs, endMs }: Snapshot): unknown {
  const times = { startTimeUnixNano: nanoseconds(startMs), timeUnixNano: nanoseconds(endMs) }
  const metric = { name, description: help, unit }
  if (points.kind === 'histogram') {
    const dataPoints = points.values.map((point) => histogramPoint(point, times))
    return { ...metric, histogram: { aggregationTemporality: CUMULATIVE, dataPoints } }
  }
  const dataPoints = points.values.map(({ labels, value }) => {
    return { attributes: attributesOf(labels), ...times, asDouble: value }
  })
  if (points.kind === 'gauge') return { ...metric, gauge: { dataPoints } }
  return { ...metric, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } }
}

function histogramPoint({ labels, value }: Point<Histogram>, times: object): unknown {
  const upTo = [...countsUpTo(value), value.count]
  return {
    attributes: attributesOf(labels),
    ...times,
    count: String(value.count),
    sum: Number(value.sumUs) / 1e6,
    bucketCounts: upTo.map((count, i) => String(i === 0 ? count : count - upTo[i - 1])),
    explicitBounds: BOUNDS_SECONDS,
    min: value.minUs / 1e6,
    max: value.maxUs / 1e6,
  }
}

function attributesOf(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, text]) => ({ key, value: { stringValue: text } }))
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n)
}
