import { STARTED_AT_MS, makeEntry, makeManifest, makeResults, makeUnrun } from './documents.ts'
import { figuresOf } from '../../src/report/figures.ts'
import { stream } from '../../src/scenario/stream.ts'
import type { LedgerEntry } from '../../src/results/documents.ts'
import type { Chart } from '../../src/workloads/workload.ts'

interface Node {
  readonly jobId: string
  readonly kind: string
  readonly needs: readonly string[]
  readonly meanMs: number
}

/**
 * A run as the flights workload would leave it (models, chains of legs, percentiles, merge) on `workers` hosts,
 * simulated in virtual time: consistent times for every job, the same for the same arguments.
 * `failing` is the probability that a leg fails for good; what waits for it is blocked.
 */
export function makeFlightsRun({ sequences = 200, workers = 2, failing = 0 } = {}) {
  const nodes = planNodes(sequences)
  const ledger = simulate(nodes, workers, failing)
  const needs = new Map(nodes.map((node) => [node.jobId, node.needs]))
  const needsOf = (jobId: string) => needs.get(jobId) ?? []
  const { retries, ...figures } = figuresOf(ledger, needsOf)
  const { failed, blocked } = figures.jobs
  const results = makeResults({
    ...figures,
    deliveries: { duplicates: 3, foreign: 0, retries, malformed: 0, dead_lettered: failed, resent: 0 },
    ...(failed > 0 && {
      verdict: 'incomplete' as const,
      verdict_reason: `${failed} jobs failed, ${blocked} blocked`,
      exit_code: 95,
      digest: null,
    }),
    summary: { percentile_50: { min: -4, max: 61 }, percentile_99: { min: 80, max: 214 } },
  })
  return { manifest: makeManifest(), results, ledger, charts: makeFlightsCharts(sequences), needsOf }
}

function planNodes(sequences: number): Node[] {
  const random = stream(7, 'nodes')
  const airports = Array.from({ length: 40 }, (_, i) => `A${String.fromCharCode(65 + (i % 26))}${i % 10}`)
  const models = airports.flatMap((iata) => ['departure', 'landing'].map((direction) => `model-${direction}-${iata}`))
  const nodes: Node[] = models.map((jobId) => ({ jobId, kind: 'delay-model', needs: [], meanMs: 9 }))
  const last: string[] = []
  for (let sequence = 1; sequence <= sequences; sequence++) {
    const name = `seq-${String(sequence).padStart(4, '0')}`
    const legs = random.integer(2, 8)
    for (let leg = 1; leg <= legs; leg++) {
      const previous = leg > 1 ? [`${name}-leg-${leg - 1}`] : []
      const two = [models[random.integer(0, 39) * 2], models[random.integer(0, 39) * 2 + 1]]
      nodes.push({ jobId: `${name}-leg-${leg}`, kind: 'flight-leg', needs: [...previous, ...two], meanMs: 22 })
    }
    nodes.push({ jobId: `${name}-percentiles`, kind: 'percentiles', needs: [`${name}-leg-${legs}`], meanMs: 6 })
    last.push(`${name}-percentiles`)
  }
  return [...nodes, { jobId: 'merge', kind: 'merge', needs: last, meanMs: 45 }]
}

/** List scheduling: first ready, first served. Nodes come after their needs. */
function simulate(nodes: readonly Node[], workers: number, failing: number): LedgerEntry[] {
  const random = stream(11, 'simulate', workers)
  const entries = new Map<string, LedgerEntry>()
  const freeAt = Array.from({ length: workers }, () => STARTED_AT_MS + 30)
  const waiting = nodes.map((node) => ({ ...node }))
  const readyAtOf = (node: Node): number =>
    Math.max(STARTED_AT_MS, ...node.needs.map((need) => entries.get(need)?.completed_at ?? Infinity))
  while (waiting.length > 0) {
    const worker = freeAt.indexOf(Math.min(...freeAt))
    let chosen = 0
    for (const [i, node] of waiting.entries()) {
      if (readyAtOf(node) <= freeAt[worker]) {
        chosen = i
        break
      }
      if (readyAtOf(node) < readyAtOf(waiting[chosen])) chosen = i
    }
    const node = waiting.splice(chosen, 1)[0]
    const readyAt = readyAtOf(node)
    const { jobId: job_id, kind } = node
    if (readyAt === Infinity) {
      entries.set(job_id, makeUnrun('blocked', { job_id, kind }))
      continue
    }
    const sentAt = readyAt + 1 + random.float64() * 3
    const startedAt = Math.max(freeAt[worker], sentAt + 1 + random.float64() * 2)
    const processingMs = node.meanMs * (0.7 + random.float64() * 0.6 + (random.float64() < 0.02 ? 2 : 0))
    freeAt[worker] = startedAt + processingMs + 1
    if (kind === 'flight-leg' && random.float64() < failing) {
      const message = `delay_models/departure/${job_id}.parquet does not exist in scenario-1-local-data-000000000000`
      const error = { code: random.float64() < 0.8 ? 'NOT_FOUND' : 'TIMEOUT', message }
      entries.set(job_id, makeUnrun('failed', { job_id, kind, attempt: 3, ready_at: readyAt, sent_at: sentAt, error }))
      continue
    }
    entries.set(
      job_id,
      makeEntry({
        job_id,
        kind,
        attempt: random.float64() < 0.004 ? 2 : 1,
        output_bytes: kind === 'flight-leg' ? 1_050_000 : 2_000,
        ready_at: readyAt,
        sent_at: sentAt,
        received_at: startedAt - random.float64(),
        started_at: startedAt,
        completed_at: startedAt + processingMs,
        processing_ms: processingMs,
        host: `threads-${worker}`,
      }),
    )
  }
  return [...entries.values()]
}

function makeFlightsCharts(sequences: number): Chart[] {
  const random = stream(13, 'charts')
  const minutes = Array.from({ length: 60 }, (_, i) => -60 + i * 5)
  const ids = Array.from({ length: sequences }, (_, i) => i + 1)
  const base = ids.map(() => random.float64() * 40 - 10)
  const offsets = { p50: 0, p75: 14, p90: 32, p95: 55, p99: 92, 'p99.5': 104, 'p99.9': 131 }
  return [
    {
      title: 'Delay distribution',
      note: 'Share of replications by the delay at the end of the day, over all sequences.',
      kind: 'bar',
      xLabel: 'delay at the end of the day (min)',
      yLabel: 'share of replications (%)',
      x: minutes,
      series: [{ name: 'share', y: minutes.map((m) => Math.exp(-(((m - 20) / 45) ** 2)) * 8 + (m > 60 ? 0.6 : 0)) }],
    },
    {
      title: 'Percentiles per sequence',
      note: 'Each aircraft’s delay at the end of its day: half of all days are below p50, one in a thousand is above p99.9.',
      kind: 'line',
      xLabel: 'sequence',
      yLabel: 'delay (min)',
      x: ids,
      series: Object.entries(offsets).map(([name, offset]) => ({
        name,
        y: base.map((b) => Math.round((b + offset * (1 + random.float64() * 0.15)) * 100) / 100),
      })),
    },
  ]
}
