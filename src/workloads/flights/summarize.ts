import { z } from 'zod'
import { InvalidObjectError } from '../../results/invalid-object-error.ts'
import { sequenceKey } from '../../results/layout.ts'
import { parseJson } from '../../results/percentiles-document.ts'
import type { Percentiles, ResultStores } from '../../results/stores.ts'
import type { Chart, WorkloadSummary } from '../workload.ts'
import { legJobId } from './plan.ts'
import type { FlightsSettings } from './schema.ts'

/** The distribution is drawn of so many aircraft: reading every last leg would take longer than the run. */
const SAMPLED_SEQUENCES = 10
const BIN_MINUTES = 5
/** A line through more points looks the same and makes the report heavy. */
const MOST_POINTS = 500

const KEYS = [
  'percentile_50',
  'percentile_75',
  'percentile_90',
  'percentile_95',
  'percentile_99',
  'percentile_99.5',
  'percentile_99.9',
] as const satisfies readonly (keyof Percentiles)[]

/** How one percentile differs between the sequences, in minutes. */
interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** What a finished run says. Throws NotFoundError where the merged percentiles are not there. */
export async function summarizeFlights(settings: FlightsSettings, stores: ResultStores): Promise<WorkloadSummary> {
  const merged = [...(await stores.merged.get()).values()]
  const spreads = KEYS.map((key) => [key, spreadOf(merged.map((percentiles) => percentiles[key]))] as const)
  return {
    lines: [
      {
        label: 'delay on landing home',
        text: `${merged.length} sequences, ${settings.replications} replications each; over the sequences:`,
      },
      ...spreads.map(([key, { min, median, max }]) => ({
        label: key.replace('percentile_', 'p'),
        text: `min ${minutes(min)}   median ${minutes(median)}   max ${minutes(max)} min`,
      })),
    ],
    data: {
      sequences: merged.length,
      replications: settings.replications,
      final_delay_minutes: Object.fromEntries(
        spreads.map(([key, { min, median, max }]) => [key, { min, median, max }]),
      ),
    },
    charts: [await delayChart(settings, stores), percentilesChart(merged)],
  }
}

/** The lower of two middle values, so that it is a value some sequence has. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { min: sorted[0], median: sorted[Math.floor((sorted.length - 1) / 2)], max: sorted.at(-1)! }
}

function minutes(value: number): string {
  return value.toFixed(1).padStart(7)
}

async function delayChart({ sequences, replications }: FlightsSettings, stores: ResultStores): Promise<Chart> {
  const ids = evenlySpaced(sequences, SAMPLED_SEQUENCES).map((index) => index + 1)
  const counts = new Map<number, number>()
  for (const id of ids) {
    const { delayMinutes } = await stores.delays.get(await lastLegOf(id, stores))
    for (const delay of delayMinutes) {
      const bin = Math.floor(delay / BIN_MINUTES)
      counts.set(bin, (counts.get(bin) ?? 0) + 1)
    }
  }
  const [first, last] = [Math.min(...counts.keys()), Math.max(...counts.keys())]
  const bins = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const share = (bin: number) => ((counts.get(bin) ?? 0) / (ids.length * replications)) * 100
  return {
    title: 'Delay on landing home',
    note: `Share of the replications of ${ids.length} of ${sequences} sequences by delay, in steps of ${BIN_MINUTES} minutes from the one named; below 0 is early.`,
    kind: 'bar',
    xLabel: 'delay (minutes)',
    yLabel: 'replications (%)',
    x: bins.map((bin) => bin * BIN_MINUTES),
    series: [{ name: 'share', y: bins.map((bin) => Math.round(share(bin) * 1e4) / 1e4) }],
  }
}

const sequenceDocument = z.object({ routes: z.array(z.unknown()).min(1) })

async function lastLegOf(sequenceId: number, { objects }: ResultStores): Promise<string> {
  const key = sequenceKey(sequenceId)
  const parsed = sequenceDocument.safeParse(parseJson(await objects.get(key)))
  if (!parsed.success)
    throw new InvalidObjectError(`${key}: is no sequence document; it has no routes`, { cause: parsed.error })
  return legJobId(sequenceId, parsed.data.routes.length)
}

function percentilesChart(merged: readonly Percentiles[]): Chart {
  const sorted = merged.toSorted((a, b) => a.percentile_50 - b.percentile_50)
  const shown = evenlySpaced(sorted.length, MOST_POINTS)
  const series = (name: string, key: keyof Percentiles) => ({ name, y: shown.map((index) => sorted[index][key]) })
  return {
    title: 'Percentiles per sequence',
    note: 'Each place on the axis is one aircraft, from the most punctual to the latest by its median; lines that part show days with a long tail.',
    kind: 'line',
    xLabel: 'sequences, by median delay',
    yLabel: 'delay (minutes)',
    x: shown.map((index) => index + 1),
    series: [
      series('p50', 'percentile_50'),
      series('p90', 'percentile_90'),
      series('p99', 'percentile_99'),
      series('p99.9', 'percentile_99.9'),
    ],
  }
}

/** At most `most` of the indexes 0 … count - 1, the first and the last among them. */
function evenlySpaced(count: number, most: number): number[] {
  const taken = Math.min(count, most)
  return Array.from({ length: taken }, (_, index) =>
    taken === 1 ? 0 : Math.round((index * (count - 1)) / (taken - 1)),
  )
}
