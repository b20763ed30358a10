import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Attack } from './attack.ts'
import { createCanary } from './canary.ts'
import { judge } from './judge.ts'
import { adminAttack } from './requests/admin.ts'
import { jsonAttack } from './requests/json.ts'
import { queryAttack } from './requests/query.ts'
import { rawAttack } from './requests/raw-http.ts'
import { s3Attack } from './requests/s3.ts'
import { send } from './send.ts'
import { startVictim } from './victim.ts'

export interface FuzzOptions {
  /** A 32-bit whole number: the same attacks in the same order. */
  readonly seed: number
  /** How many batches, of 1 to 16 attacks at a time. */
  readonly count: number
  /** Of an earlier report: begins with the batch that failed there. */
  readonly path?: string
  readonly log?: (line: string) => void
}

export interface FuzzReport {
  readonly attacks: number
  /** By the first word of what was attacked, then by status; `none` where the connection was closed. */
  readonly answers: Readonly<Record<string, number>>
  readonly grownBytes: number
  readonly slowestMs: number
}

const attack = fc.oneof(
  { weight: 5, arbitrary: jsonAttack },
  { weight: 3, arbitrary: s3Attack },
  { weight: 2, arbitrary: queryAttack },
  { weight: 1, arbitrary: adminAttack },
  { weight: 2, arbitrary: rawAttack },
)
const batch = fc.array(attack, { minLength: 1, maxLength: 16, size: 'max' })

/** After a failure as many more are tried in search of a smaller one. */
const longestShrinking = 300
/** Of the things attacks leave behind in memory: queues, tables, tallies; all of it is little. */
const mostGrownBytes = 48e6
const mostResidentBytes = 700e6

/**
 * Attacks a server of its own and checks that it stays well: see `Victim`, `judge` and `Canary`. Throws an Error that
 * says what was sent, what came back, and how to send it again.
 */
export async function fuzz({ seed, count, path, log = () => {} }: FuzzOptions): Promise<FuzzReport> {
  let victim = await startVictim()
  let canary = createCanary(victim.endpoint)
  const answers: Record<string, number> = {}
  let [attacks, batches, afterFailure, slowestMs] = [0, 0, 0, 0]

  async function prepare(): Promise<void> {
    await canary.put()
    await canary.restoreTargets()
  }

  async function strike(one: Attack): Promise<void> {
    const startedMs = performance.now()
    const received = await send(victim.port, one)
    slowestMs = Math.max(slowestMs, performance.now() - startedMs)
    attacks += 1
    const answer = `${one.speaks} ${/^HTTP\/1\.1 (\d+)/.exec(received?.toString('latin1', 0, 20) ?? '')?.[1] ?? 'none'}`
    answers[answer] = (answers[answer] ?? 0) + 1
    const wrong = judge(one, received)
    if (wrong !== undefined) throw new Error(`${one.what}: ${wrong}`)
  }

  async function checkVictim(): Promise<void> {
    assert.deepEqual(victim.strayFiles(), [], 'files outside the data folder')
    await canary.check()
    const { residentBytes } = await victim.weigh()
    assert.ok(residentBytes < mostResidentBytes, `${residentBytes} bytes are resident`)
    await canary.restoreTargets()
  }

  /** A server that is broken would fail whatever comes next. */
  async function replaceBroken(): Promise<void> {
    if (!victim.hasEnded && (await isWell())) return
    await victim.stop()
    victim = await startVictim()
    canary = createCanary(victim.endpoint)
    await prepare()
  }

  async function isWell(): Promise<boolean> {
    return checkVictim().then(
      () => true,
      () => false,
    )
  }

  async function strikeAll(all: readonly Attack[]): Promise<void> {
    if (afterFailure > 0 && (afterFailure += 1) > longestShrinking) return
    try {
      await Promise.all(all.map(strike))
      batches += 1
      if (batches % 25 === 0) await checkVictim()
      const fault = victim.takeFault()
      if (fault !== undefined) throw new Error(fault)
      if (batches % 1000 === 0) log(`${attacks} attacks`)
    } catch (error) {
      afterFailure ||= 1
      await replaceBroken()
      throw new Error(`${String(error)}\n${victim.takeFault() ?? ''}`, { cause: error })
    }
  }

  try {
    await prepare()
    // What is loaded and compiled on first use is not growth.
    await fc.assert(
      fc.asyncProperty(batch, async (all) => void (await Promise.all(all.map((one) => send(victim.port, one))))),
      { numRuns: Math.min(20, count), seed: 1 },
    )
    const before = await victim.weigh()
    const result = await fc.check(fc.asyncProperty(batch, strikeAll), { seed, path, numRuns: count })
    if (result.failed) throw new Error(describe(result, count), { cause: result.errorInstance })
    await checkVictim()
    const grownBytes = (await victim.weigh()).heldBytes - before.heldBytes
    assert.ok(grownBytes < mostGrownBytes, `${attacks} attacks left ${grownBytes} bytes in memory`)
    return { attacks, answers, grownBytes, slowestMs: Math.round(slowestMs) }
  } finally {
    await victim.stop()
  }
}

function describe(
  { seed, counterexample, counterexamplePath, numShrinks, errorInstance }: fc.RunDetails<[readonly Attack[]]>,
  count: number,
): string {
  const sent = (counterexample?.[0] ?? []).map(
    ({ what, ending, bytes }) =>
      `  ${what}, ${bytes.length} bytes, then ${ending}:\n    ${JSON.stringify(bytes.toString('latin1')).slice(0, 2000)}`,
  )
  return [
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `after ${numShrinks} steps of making it smaller, sent at once were:`,
    ...sent,
    `again: TURNAROUND_FUZZ_SEED=${seed} TURNAROUND_FUZZ_COUNT=${count} npm run fuzz`,
    `this alone: TURNAROUND_FUZZ_SEED=${seed} TURNAROUND_FUZZ_PATH=${counterexamplePath ?? ''} TURNAROUND_FUZZ_COUNT=1 npm run fuzz`,
  ].join('\n')
}
