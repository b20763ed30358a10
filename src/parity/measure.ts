import { systemClock } from '../clock.ts'
import type { Capabilities } from '../environment/resolve-environment.ts'
import type { StartedEnvironment } from '../environment/start-environment.ts'
import type { Behaviour, BehaviourTest } from './behaviour.ts'
import { contractEnvironment } from './contract-environment.ts'
import { describeDifference } from './describe-difference.ts'
import { NotMeasured } from './not-measured.ts'
import type { ServerTime } from './server-time.ts'

/** How an environment stands to one recorded behaviour. */
export type Outcome =
  | { readonly state: 'as AWS' }
  /** `error` is what the test threw, `why` the same in words. */
  | { readonly state: 'differs'; readonly why: string; readonly error: unknown }
  | { readonly state: 'not offered'; readonly why: string }
  | { readonly state: 'not measured'; readonly why: string }

export const outcomeStates = ['as AWS', 'differs', 'not offered', 'not measured'] as const satisfies Outcome['state'][]

/** Where behaviours are measured. */
export interface Place {
  readonly environment: StartedEnvironment
  /** Part of every name made, 1-8 characters of a-z and 0-9. */
  readonly runName: string
  /** Absent where time cannot be moved; behaviours that need more than 5 s are then not measured. */
  readonly time?: ServerTime
  /** Where the server was started with less than AWS's 120,000. */
  readonly inFlightLimit?: number
  /** Told of what could not be tidied away. */
  readonly warn: (text: string) => void
}

/** Services whose behaviours have no tests yet, by the capability that says whether an environment offers them. */
const untested: Readonly<Record<string, keyof Capabilities>> = {
  'lambda-esm-sqs': 'eventSourceMappings',
  stepfunctions: 'stateMachines',
}
const NO_TEST = 'turnaround has no test of it yet'
const LONGEST_MS = { embedded: 60_000, emulator: 120_000, aws: 300_000 }

/** Tries one behaviour. Never throws; what it made is removed. */
export async function measure(behaviour: Behaviour, place: Place): Promise<Outcome> {
  const { capabilities, kind } = place.environment
  const { test } = behaviour
  const needed = test ? test.needs : untested[behaviour.service]
  if (needed !== undefined && !capabilities[needed].supported) {
    return { state: 'not offered', why: capabilities[needed].why ?? `${needed} is not supported` }
  }
  if (test === undefined) return { state: 'not measured', why: NO_TEST }
  try {
    await inTime(LONGEST_MS[kind], run(test, place))
    return { state: 'as AWS' }
  } catch (error) {
    if (error instanceof NotMeasured) return { state: 'not measured', why: error.message }
    if (kind === 'emulator' && saysNotOffered(error)) return { state: 'not offered', why: describeDifference(error) }
    return { state: 'differs', why: describeDifference(error), error }
  }
}

async function run(test: BehaviourTest, { environment, ...options }: Place): Promise<void> {
  const aws = contractEnvironment(environment, { ...options, id: test.id, movesTime: test.movesTime ?? false })
  try {
    await test.run(aws)
  } finally {
    await aws.close()
  }
}

async function inTime(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController()
  const late = systemClock.sleep(ms, over.signal).then(() => {
    throw new Error(`no end within ${ms / 1000} s`)
  })
  try {
    await Promise.race([work, late])
  } finally {
    over.abort()
    late.catch(() => undefined) // cut short
  }
}

/** An emulator has no list of what it lacks; it says so when asked. */
function saysNotOffered(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode === 501 || name === 'UnknownOperationException' || name === 'UnknownOperation'
}
