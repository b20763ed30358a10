import { executorSchema } from '../src/engine/schedule/settings.ts'
import { startShardThreads } from '../src/engine/worker/shard-threads.ts'
import { decodeFigures } from '../src/engine/figures-encoding.ts'
import { verdictOf } from '../src/engine/verdict.ts'
import type { MergedWindow } from '../src/engine/window-merger.ts'

/** What one process of load is asked for, as JSON in its first argument. */
export interface LoadOrder {
  readonly executor: object
  /** URL of a module that exports `createIterate`. */
  readonly module: string
  readonly data: unknown
}

/** What it prints, as JSON. */
export interface LoadReport {
  readonly requests: number
  readonly failed: number
  readonly slipP99Ms: number
  readonly verdict: string
  readonly spinMs: number
  /** Resident memory of the process every second, MB. */
  readonly residentMegabytes: readonly number[]
  /** The most that were open in each second, where the workload tells. */
  readonly connections: readonly number[]
}

const SECOND_MS = 1000
/** As a run has it: hosts agree on an instant that is still to come. */
const LEAD_MS = 500

async function load({ executor: given, module, data }: LoadOrder): Promise<LoadReport> {
  const executor = executorSchema.parse(given)
  if (executor.executor === 'step-to-failure') throw new TypeError('a search is not one load')
  const residentMegabytes: number[] = []
  const connections: number[] = []
  const onWindow = ({ figures }: MergedWindow) => {
    connections.push(decodeFigures(figures).levels.get('connections') ?? 0)
  }
  const sampling = setInterval(() => residentMegabytes.push(process.memoryUsage.rss() / 1e6), SECOND_MS)
  const one = { shards: [0], totalShards: 1, threads: 1, seed: 1 }
  const threads = startShardThreads({ ...one, executor, module, data, onWindow })
  await threads.ready
  threads.go(Date.now() + LEAD_MS)
  const { total, health, outcomes, lost } = await threads.done
  clearInterval(sampling)
  if (lost.length > 0) throw new Error(lost[0].reason)
  let requests = 0
  let failed = 0
  for (const { outcomes: byOutcome } of total.steps.values()) {
    for (const [outcome, { responseTime }] of byOutcome) {
      requests += responseTime.count
      if (outcome !== 'ok') failed += responseTime.count
    }
  }
  const model = executor.executor.endsWith('arrival-rate') ? 'open' : 'closed'
  const { state } = verdictOf({ model, total, health, ledger: [] })
  const spinMs = outcomes.reduce((sum, outcome) => sum + outcome.spinMs, 0)
  const slipP99Ms = total.slip.quantileUs(0.99) / 1000
  return { requests, failed, slipP99Ms, verdict: state, spinMs, residentMegabytes, connections }
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await load(JSON.parse(process.argv[2]) as LoadOrder))}\n`)
}
