import { availableParallelism } from 'node:os'
import type { HonestyCase } from './honesty-case.ts'
import type { HonestyDocument, HonestyResult } from './honesty-document.ts'
import { BOUND } from './judge.ts'
import { runCase } from './run-case.ts'
import { startTargetProcess, type Launch } from './target-process.ts'

/**
 * A run in which the generator or the machine was too busy says nothing about honesty, and one beyond its bound may be such a run
 * unnoticed: once more, then that is said. What reports wrong figures does so twice.
 */
const MOST_RUNS = 2

export interface HonestyOptions {
  readonly cases: readonly HonestyCase[]
  readonly launch: Launch
  readonly stop: AbortSignal
  readonly onResult?: (result: HonestyResult) => void
  /** URL of the engine module under test; default: one GET with the HTTP workload. */
  readonly module?: string
}

/** One case after the other, each with a target process of its own. Throws StoppedError, EnvironmentError. */
export async function runHonesty(options: HonestyOptions): Promise<HonestyDocument> {
  const behaviours: HonestyResult[] = []
  for (const honestyCase of options.cases) {
    const result = await runUntilJudged(honestyCase, options)
    behaviours.push(result)
    options.onResult?.(result)
  }
  const machine = { cores: availableParallelism(), node: process.version, platform: process.platform }
  return { format_version: 1, machine, bound: BOUND, behaviours }
}

async function runUntilJudged(
  honestyCase: HonestyCase,
  { launch, stop, module }: HonestyOptions,
): Promise<HonestyResult> {
  const target = await startTargetProcess(launch, honestyCase)
  try {
    for (let runs = 1; ; runs++) {
      const result = { ...(await runCase(honestyCase, target, stop, module)), runs }
      if (result.state === 'within' || runs === MOST_RUNS) return result
    }
  } finally {
    await target.stop()
  }
}
