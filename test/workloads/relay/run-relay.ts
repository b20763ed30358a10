import type { TestContext } from 'node:test'
import { systemClock } from '../../../src/clock.ts'
import { Figures } from '../../../src/engine/figures.ts'
import { encodeFigures } from '../../../src/engine/figures-encoding.ts'
import { runShard, type ShardOutcome } from '../../../src/engine/load-loop.ts'
import { createRecorder } from '../../../src/engine/recorder.ts'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { createWindowMerger, type MergedWindow } from '../../../src/engine/window-merger.ts'
import { executorOf } from '../../../src/workloads/relay/executor.ts'
import { createIterate } from '../../../src/workloads/relay/iterate.ts'
import { relaySchema, type RelaySettings } from '../../../src/workloads/relay/schema.ts'

/** What takes seconds in a real session takes hardly any time here. */
const SOON = {
  walletDelayMs: 30,
  thinkingMs: 20,
  syncBufferMs: 10,
  betweenMessagesMs: 10,
  connectBudgetMs: 1000,
  operationTimeoutMs: 500,
  handshakeTimeoutMs: 1000,
  receiveTimeoutMs: 500,
  recoveryTimeoutMs: 1000,
  reconnectMinMs: 10,
  reconnectMaxMs: 50,
}

export interface RelayRun {
  readonly settings: RelaySettings
  readonly figures: Figures
  readonly windows: readonly MergedWindow[]
  readonly outcomes: readonly ShardOutcome[]
  count(name: string): number
  /** How often the step ended so. */
  outcomesOf(step: string): Record<string, number>
}

interface Options {
  readonly timings?: object
  readonly shards?: number
  readonly [setting: string]: unknown
}

export function settingsOf({ timings, ...given }: Options): RelaySettings {
  return relaySchema.parse({ rampUpSeconds: 0.1, ...given, timings: { ...SOON, ...timings } })
}

/** Runs a scenario against a URL, all shards in this thread. `stop` ends it early. */
export async function runRelay(url: string, options: Options, stop = new AbortController().signal): Promise<RelayRun> {
  const settings = settingsOf(options)
  const { shards } = settings
  const schedule = compileSchedule(executorOf(settings), 1)
  const windows: MergedWindow[] = []
  const numbers = Array.from({ length: shards }, (_, shard) => shard)
  const merger = createWindowMerger({ shards: numbers, onWindow: (window) => windows.push(window) })
  const startAt = Date.now()

  async function run(shard: number): Promise<{ outcome: ShardOutcome; total: Figures }> {
    const recorder = createRecorder({
      shard,
      onWindow: ({ number, figures }) => merger.add(shard, number, encodeFigures(figures)),
    })
    const data = { settings, url }
    const { iterate, close } = await createIterate({
      data,
      shard,
      shards,
      seed: 1,
      recorder,
      clock: systemClock,
      stop,
    })
    const limits = { precision: 'sleep' } as const
    const outcome = await runShard({ schedule, shard, shards, seed: 1, iterate, recorder, startAt, stop, limits })
    await close?.()
    merger.end(shard)
    return { outcome, total: recorder.total }
  }

  const ran = await Promise.all(numbers.map(run))
  const figures = new Figures()
  for (const { total } of ran) figures.merge(total)
  return {
    settings,
    figures,
    windows,
    outcomes: ran.map(({ outcome }) => outcome),
    count: (name) => figures.counters.get(name) ?? 0,
    outcomesOf(step) {
      const outcomes = [...(figures.steps.get(step)?.outcomes ?? [])]
      return Object.fromEntries(outcomes.map(([name, { responseTime }]) => [name, responseTime.count]))
    },
  }
}

/** Fails the test where a promise was rejected and nobody looked. */
export function noUnhandledRejection(t: TestContext): void {
  const seen: unknown[] = []
  const note = (reason: unknown): void => void seen.push(reason)
  process.on('unhandledRejection', note)
  t.after(() => {
    process.off('unhandledRejection', note)
    if (seen.length > 0) throw new Error(`${seen.length} unhandled rejections`, { cause: seen[0] })
  })
}
