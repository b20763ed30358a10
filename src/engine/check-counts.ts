import type { Figures } from './figures.ts'
import type { StepRecorder } from './recorder.ts'

/** A check counts as two counters of its name: how often it held and how often it did not (k6: `checks`). */
const PASSED = 'check_passed/'
const FAILED = 'check_failed/'

export interface CheckCount {
  readonly name: string
  readonly passed: number
  readonly failed: number
}

/** A check that fails is counted and fails nothing: that is what thresholds are for. */
export function countCheck(recorder: StepRecorder, name: string, holds: boolean): void {
  recorder.count((holds ? PASSED : FAILED) + name)
}

/** Every check that was ever made, by name. */
export function checksOf(figures: Figures): CheckCount[] {
  const named = [...figures.counters.keys()].flatMap((counter) => nameIn(counter) ?? [])
  return [...new Set(named)].sort().map((name) => {
    const passed = figures.counters.get(PASSED + name) ?? 0
    const failed = figures.counters.get(FAILED + name) ?? 0
    return { name, passed, failed }
  })
}

/** Whether a counter belongs to a check, and is not one of its own. */
export function isCheckCounter(counter: string): boolean {
  return nameIn(counter) !== undefined
}

function nameIn(counter: string): string | undefined {
  const prefix = [PASSED, FAILED].find((one) => counter.startsWith(one))
  return prefix && counter.slice(prefix.length)
}
