import { hash } from 'node:crypto'
import type { EmbeddedClock } from '../clock.ts'
import type { Call } from '../service.ts'
import type { Fault, FaultPlan } from './fault-plan.ts'
import { matchesGlob } from './matches-glob.ts'

/** A fault that befalls a call. */
export interface Hit {
  readonly fault: Fault
  /** For latency: delay and jitter. */
  readonly delayMs: number
}

export interface RunningPlan {
  /** What befalls this call, in the plan's order; nothing after a fault that ends it. */
  hits(call: Call): Hit[]
  state(): RunningPlanState
}

/** A fault plan as it was put, and what came of it: the answer of `/_turnaround/faults`. */
export interface RunningPlanState {
  readonly seed: number
  readonly elapsed_seconds: number
  readonly faults: readonly (Fault & {
    /** Calls that it could have befallen: right service, operation, resource and time. */
    readonly matched: number
    /** Calls that it did befall. */
    readonly injected: number
  })[]
}

const ending: readonly string[] = ['throttle', 'error', 'timeout', 'reset-connection']

/** From now on. Whether fault i befalls the n-th call that matches it is a hash of seed, i and n. */
export function startPlan({ seed = 1, faults }: FaultPlan, clock: EmbeddedClock): RunningPlan {
  const startedMs = clock.now()
  const elapsedSeconds = (): number => (clock.now() - startedMs) / 1000
  const rules = faults.map((fault) => ({ fault, matched: 0, injected: 0 }))

  function hits(call: Call): Hit[] {
    const befalling: Hit[] = []
    const seconds = elapsedSeconds()
    let ended = false
    rules.forEach((rule, index) => {
      const { fault } = rule
      if (!isMeant(fault, call, seconds)) return
      // Counted also where another fault has ended the call: what is drawn next must not depend on that.
      const [drawn, jitter] = draw(seed, index, rule.matched++)
      if (ended || drawn >= (fault.share ?? 1) || rule.injected >= (fault.limit ?? Infinity)) return
      rule.injected += 1
      befalling.push({ fault, delayMs: (fault.delay_ms ?? 0) + jitter * (fault.jitter_ms ?? 0) })
      ended = ending.includes(fault.fault)
    })
    return befalling
  }

  return {
    hits,
    state: () => ({
      seed,
      elapsed_seconds: elapsedSeconds(),
      faults: rules.map(({ fault, matched, injected }) => ({ ...fault, matched, injected })),
    }),
  }
}

function isMeant(fault: Fault, call: Call, seconds: number): boolean {
  if (fault.service !== undefined && fault.service !== call.service) return false
  if (fault.operation !== undefined && fault.operation !== call.operation) return false
  if (seconds < (fault.from_seconds ?? 0) || seconds >= (fault.to_seconds ?? Infinity)) return false
  return fault.resource === undefined || matchesGlob(fault.resource, call.resource)
}

/** Two numbers from 0 to below 1. */
function draw(seed: number, index: number, number: number): [number, number] {
  const bytes = hash('sha256', `${seed}/fault/${index}/${number}`, 'buffer')
  return [bytes.readUInt32BE(0) / 2 ** 32, bytes.readUInt32BE(4) / 2 ** 32]
}
