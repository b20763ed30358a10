import assert from 'node:assert/strict'
import { until } from '../../targets/start-target.ts'
import { type Clock, systemClock } from '../../../src/clock.ts'
import { checksOf, type CheckCount } from '../../../src/engine/check-counts.ts'
import type { Figures, OutcomeFigures } from '../../../src/engine/figures.ts'
import type { TargetRules } from '../../../src/environment/allowed-target.ts'
import { runShard, type ShardOutcome } from '../../../src/engine/load-loop.ts'
import { createRecorder } from '../../../src/engine/recorder.ts'
import { compileSchedule } from '../../../src/engine/schedule/compile.ts'
import { createIterate, type HttpData } from '../../../src/workloads/http/iterate.ts'
import { compileLoad, isRunnable } from '../../../src/workloads/traffic/load-settings.ts'
import { faultsOf, REPORT_INPUT } from '../../../src/scenario/faults.ts'
import { DEFAULT_LOAD, httpSchema, type HttpSettings } from '../../../src/workloads/http/schema.ts'

export interface HttpRun {
  readonly figures: Figures
  readonly outcome: ShardOutcome
  readonly checks: readonly CheckCount[]
  /** What `refuse` was called with. */
  readonly refused: readonly string[]
  /** How often each outcome came, of one step. */
  outcomes(step: string): Readonly<Record<string, number>>
  step(step: string, outcome?: string): OutcomeFigures
}

export interface RunOptions {
  readonly shard?: number
  readonly shards?: number
  readonly seed?: number
  readonly stop?: AbortSignal
  readonly clock?: Clock
  readonly limits?: Parameters<typeof runShard>[0]['limits']
  /** Where requests may go. */
  readonly rules?: TargetRules
}

/** So many iterations, one after the other unless `vus` says how many at once. */
export function iterations(count: number, vus = 1, maxDuration = '20s'): object {
  return { executor: 'shared-iterations', vus, iterations: count, maxDuration }
}

/** Runs the `http` part of a scenario against a URL, in this thread, as a load thread does. Fails where it leaves a socket open. */
export async function runHttp(target: string, part: object, options: RunOptions = {}): Promise<HttpRun> {
  const { shard = 0, shards = 1, seed = 1, stop = new AbortController().signal, clock = systemClock } = options
  const settings = settingsOf({ target, load: iterations(1), ...part })
  const executor = compileLoad(settings, DEFAULT_LOAD)
  assert.ok(isRunnable(executor))
  const schedule = compileSchedule(executor, seed)
  const socketsBefore = openSockets()
  const recorder = createRecorder({ shard, onWindow: () => undefined })
  const data: HttpData = { settings, targetUrl: target, model: schedule.model, rules: options.rules }
  const refused: string[] = []
  const refuse = (why: string) => void refused.push(why)
  const loaded = await createIterate({ data, shard, shards, seed, recorder, clock, refuse })
  const { iterate, thinkMs, close } = loaded
  try {
    const outcome = await runShard({
      schedule,
      shard,
      shards,
      seed,
      iterate,
      recorder,
      clock,
      startAt: clock.now(),
      stop,
      ...(thinkMs && { thinkMs }),
      ...(options.limits && { limits: options.limits }),
    })
    return resultOf(recorder.total, outcome, refused)
  } finally {
    await close?.()
    // Ours are gone by now; of those at the other end, in this process too, the last packet may be on its way.
    await until(() => openSockets() <= socketsBefore)
  }
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => /^TCPSocketWrap$|^TLSWrap$/.test(kind)).length
}

function resultOf(figures: Figures, outcome: ShardOutcome, refused: readonly string[]): HttpRun {
  const stepNamed = (name: string) => {
    const step = figures.steps.get(name)
    assert.ok(step, `there is no step ${name}; there are ${[...figures.steps.keys()].join(', ')}`)
    return step
  }
  return {
    figures,
    outcome,
    checks: checksOf(figures),
    refused,
    outcomes: (name) =>
      Object.fromEntries([...stepNamed(name).outcomes].map(([key, { responseTime }]) => [key, responseTime.count])),
    step(name, key = 'ok') {
      const found = stepNamed(name).outcomes.get(key)
      assert.ok(found, `step ${name} never was ${key}`)
      return found
    },
  }
}

/** Checked settings. Fails the test with every fault. */
export function settingsOf(part: object): HttpSettings {
  const parsed = httpSchema.safeParse(part, REPORT_INPUT)
  if (parsed.success) return parsed.data
  return assert.fail(faultLines(part).join('\n'))
}

/** Faults of a part that cannot be meant, as `path: message`. */
export function faultLines(part: object): string[] {
  const parsed = httpSchema.safeParse(part, REPORT_INPUT)
  assert.ok(!parsed.success, 'the settings have no fault')
  return faultsOf(parsed.error, httpSchema).map(({ path, message }) => `${path}: ${message}`)
}
