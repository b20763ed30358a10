import type { Figures } from '../engine/figures.ts'
import { Histogram } from '../engine/histogram.ts'
import type { Family } from './families.ts'
import type { WindowMeta } from './output.ts'

/** What a run of the load-testing harness is watched by (requirement 004): its names, as far as any traffic has them. */
export function loadTestFamilies(total: Figures, last: Figures, seconds: number, meta: WindowMeta): Family[] {
  const all = countsOf(total)
  const now = countsOf(last)
  const gauge = (name: string, value: number, help: string): Family => {
    return { name: `loadtest_${name}`, help, unit: '', points: { kind: 'gauge', values: [{ labels: {}, value }] } }
  }
  const counts = (name: string, label: string, values: ReadonlyMap<string, number>): Family => ({
    name: `loadtest_${name}`,
    help: 'Since the beginning of the run.',
    unit: '',
    points: { kind: 'counter', values: [...values].map(([key, value]) => ({ labels: { [label]: key }, value })) },
  })
  const errors = new Map(all.outcomes)
  errors.delete('ok')
  return [
    gauge('run_duration_seconds', seconds, 'Load made so far.'),
    gauge('run_requests_per_second', now.ended / (meta.lengthMs / 1000), 'In the last window.'),
    gauge('run_error_rate', all.ended > 0 ? all.failed / all.ended : 0, 'Share of all, 0 to 1.'),
    gauge('run_active_users', last.levels.get('vus') ?? 0, 'The most of the last window.'),
    counts('user_requests', 'outcome', all.outcomes),
    counts('user_errors', 'error', errors),
    {
      name: 'loadtest_user_latency',
      help: 'From the intended start.',
      unit: 's',
      points: { kind: 'histogram', values: [{ labels: {}, value: all.responseTime }] },
    },
  ]
}

function countsOf({ steps }: Figures) {
  const outcomes = new Map<string, number>()
  const responseTime = new Histogram()
  for (const step of steps.values()) {
    for (const [outcome, figures] of step.outcomes) {
      responseTime.merge(figures.responseTime)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + figures.responseTime.count)
    }
  }
  const ended = responseTime.count
  return { outcomes, responseTime, ended, failed: ended - (outcomes.get('ok') ?? 0) }
}
