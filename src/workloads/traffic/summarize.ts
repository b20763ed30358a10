import type { Json } from '../../results/canonical-json.ts'
import { readTrafficDocument } from '../../results/read-traffic-document.ts'
import type { ResultStores } from '../../results/stores.ts'
import type { LatencyDocument, TrafficDocument } from '../../results/traffic-document.ts'
import type { WorkloadSummary } from '../workload.ts'

/** A finished traffic run in brief. */
export async function summarizeTraffic(stores: ResultStores): Promise<WorkloadSummary> {
  return summaryOf(await readTrafficDocument(stores.objects))
}

/** Without charts: the report of a traffic run draws its own. */
export function summaryOf(document: TrafficDocument): WorkloadSummary {
  return { lines: linesOf(document), data: dataOf(document), charts: [] }
}

function linesOf(document: TrafficDocument): WorkloadSummary['lines'] {
  const {
    verdict,
    model,
    executor,
    shards,
    starts,
    all_steps: all,
    iterations,
    slip_ms: slip,
    checks,
    search,
  } = document
  const failed = all.count - all.ok
  const passed = checks.reduce((sum, check) => sum + check.passed, 0)
  const made = checks.reduce((sum, check) => sum + check.passed + check.failed, 0)
  const abandoned = shards.reduce((sum, shard) => sum + shard.abandoned, 0)
  const line = (label: string, text: string) => ({ label, text })
  return [
    line('verdict', [verdict.state, ...whyOf(document)].join(': ')),
    line('load', `${executor} (${model}), ${noun(shards.length, 'shard')} → ${document.target}`),
    line(
      'starts',
      `${count(starts.due)} due, ${count(starts.started)} started, ${count(starts.late)} late, ${count(starts.dropped)} dropped`,
    ),
    line('offered, achieved', `${rate(starts.due, document)}, ${rate(starts.started, document)} iterations/s`),
    line('iterations', outcomes(iterations.outcomes)),
    line('steps', `${count(all.count)}, ${rate(all.count, document)}/s`),
    line(
      'errors',
      `${count(failed)} (${share(failed, all.count)})${failed > 0 ? `: ${outcomes(withoutOk(all.outcomes))}` : ''}`,
    ),
    line('response time', quantiles(all.response_time_ms)),
    line('service time', quantiles(all.service_time_ms)),
    line('schedule slip', `p99 ${ms(slip.p99)}   max ${ms(slip.max)}`),
    ...(made > 0 ? [line('checks', `${count(passed)} of ${count(made)} held`)] : []),
    ...(abandoned > 0 ? [line('abandoned', `${noun(abandoned, 'iteration')} did not end, and are in no figure`)] : []),
    ...(search ? [line('highest rate', describeSearch(search))] : []),
    line('schedule digest', document.schedule_digest),
  ]
}

function whyOf({ verdict }: TrafficDocument): string[] {
  if (verdict.state === 'incomplete') return [verdict.reasons.join('; ')]
  if (verdict.state === 'aborted') return [verdict.reason]
  if (verdict.state === 'valid') return []
  return [verdict.exceeded.map(({ name, value, limit }) => `${name} ${round(value)}, at most ${limit}`).join('; ')]
}

function describeSearch(search: NonNullable<TrafficDocument['search']>): string {
  const { rate: found, low, high, confidence, steps, endedBy } = search
  const ended = { confident: '', steps: '; the steps were used up', generator: '; the generator could do no more' }[
    endedBy
  ]
  return `${found} (${low} … ${high}), ${Math.round(confidence * 100)} % sure after ${noun(steps, 'step')}${ended}`
}

function dataOf(document: TrafficDocument): WorkloadSummary['data'] {
  const { verdict, model, executor, target, duration_ms, starts, iterations, all_steps, checks, search } = document
  const data = {
    ...{ verdict, model, executor, target, duration_ms, starts, iterations, all_steps, checks },
    schedule_digest: document.schedule_digest,
    started_at: document.started_at,
    slip_ms: document.slip_ms,
    ...(search && { search }),
    ...(document.extra && { extra: document.extra }),
  }
  return data as unknown as { readonly [name: string]: Json }
}

function quantiles(latency: LatencyDocument): string {
  return `p50 ${ms(latency.p50)}   p95 ${ms(latency.p95)}   p99 ${ms(latency.p99)}   max ${ms(latency.max)}`
}

function ms(value: number | null): string {
  return value === null ? '—' : `${round(value)} ms`
}

function outcomes(counts: { readonly [outcome: string]: number }): string {
  const sorted = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return sorted.map(([name, times]) => `${count(times)} ${name}`).join(', ') || 'none'
}

function withoutOk(counts: { readonly [outcome: string]: number }): { readonly [outcome: string]: number } {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => name !== 'ok'))
}

function rate(times: number, { duration_ms }: TrafficDocument): string {
  return duration_ms === 0 ? '—' : round((times * 1000) / duration_ms).toLocaleString('en-US')
}

function share(part: number, all: number): string {
  return all === 0 ? '—' : `${round((part / all) * 100)} %`
}

function noun(times: number, word: string): string {
  return `${count(times)} ${word}${times === 1 ? '' : 's'}`
}

function count(times: number): string {
  return times.toLocaleString('en-US')
}

/** Three digits or whole numbers. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
