import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Claim, GangClaims } from '../jobs/gang-claims.ts'
import type { GangRow, ShardRow } from '../jobs/gang-rows.ts'
import { BEAT_MS, gatheringLookMs, HELD_MS, LONGEST_READY_MS } from '../jobs/gang-timing.ts'
import type { Gang, GangMember, GangStart } from '../workloads/workload.ts'
import { clockOffset, type ClockOffset, type Exchange } from './clock-offset.ts'
import type { SharedComparison } from './shared-comparison.ts'

/** A claimed job of a gang. It lives by its row in the table, no longer by its message. */
export interface HeldJob {
  /** For the workload. */
  readonly member: GangMember
  /** Throws GangLostError where the job is no longer ours, or it cannot be told. `surely`: asks the table in any case. */
  mustHold(surely?: 'surely'): Promise<void>
  /** Says that the job will have no result. */
  fail(reason: string): Promise<void>
  /** Ends the heartbeat. */
  end(): Promise<void>
}

/** Somebody else speaks for this job by now; nothing it does counts any more. */
export class GangLostError extends Error {
  override readonly name = 'GangLostError'
  readonly code = 'GANG_LOST'
}

export interface JoinOptions {
  readonly claims: GangClaims
  readonly clock: Clock
  /** Names this machine's clock, see `boot-id.ts`; undefined where it must be compared. */
  readonly clockId: string | undefined
  /** Of all jobs of this process. */
  readonly comparison: SharedComparison
  readonly host: string
  readonly runId: string
  readonly jobId: string
  readonly gang: Gang
  /** Of its message. */
  readonly sentAtMs: number
  /** Aborts, with the reason as a string, when this host is asked to end: its jobs of gangs stop then, before they are cut off. */
  readonly hostStop?: AbortSignal | undefined
}

/** Clocks are compared until they are known this well, within these numbers of tries: for what a slow table allows. */
const GOOD_UNCERTAINTY_MS = 10
const FEWEST_EXCHANGES = 5
const MOST_EXCHANGES = 10
const ANSWER_LOOK_MS = 10

/** Claims the job for good: the first delivery that asks has it. Undefined where another one was first, or the job is lost. */
export async function joinGang(options: JoinOptions): Promise<HeldJob | undefined> {
  const { claims, clock, clockId, comparison, host, runId, jobId, gang, sentAtMs, hostStop } = options
  const claim: Claim = { runId, gang: gang.name, jobId, claim: randomUUID() }
  const claimedAt = clock.monotonic()
  if (!(await claims.claim(claim, { host, sentAtMs }))) return undefined

  const stopping = new AbortController()
  const over = new AbortController()
  let started = false
  let beat = 0
  let batches = 0
  /** When the last word that got through was spoken; never later than the table had it. */
  let heardAt = claimedAt
  let lost: string | undefined
  let writing: Promise<unknown> = Promise.resolve()
  const stopWithHost = () => stopping.abort(hostStop!.reason)
  if (hostStop?.aborted) stopWithHost()
  else hostStop?.addEventListener('abort', stopWithHost, { once: true, signal: over.signal })
  const beating = Promise.all([keepBeating(), keepWatch()])

  /** One after the other, so that no word overtakes another. Throws where the table does not answer. */
  function write(row: Partial<Pick<ShardRow, 'ping' | 'readyFor'>> = {}): Promise<void> {
    const turn = writing.then(async () => {
      if (lost !== undefined) return
      const at = clock.monotonic()
      beat++
      if (await claims.write(claim, { beat, batches, ...row })) heardAt = at
      else lose('the scheduler has taken this job for lost')
    })
    writing = turn.catch(() => undefined) // the next one has its own try
    return turn
  }

  function lose(reason: string): void {
    lost ??= reason
    stopping.abort(lost)
  }

  /** A word that does not get through is said again with the next; `keepWatch` counts how long that may go on. */
  async function keepBeating(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(BEAT_MS, over.signal).catch(() => undefined)
      if (over.signal.aborted) return
      const isSilent = clock.monotonic() - heardAt >= BEAT_MS // what was shipped has said it
      await Promise.all([isSilent && write(), hearStop()]).catch(() => undefined)
    }
  }

  async function hearStop(): Promise<void> {
    if (!started || stopping.signal.aborted) return
    const { stopReason } = await claims.lookAtGang(claim)
    if (stopReason !== undefined) stopping.abort(stopReason)
  }

  /** Apart from the heartbeat, because a call to a table that is gone takes its time to fail. */
  async function keepWatch(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(BEAT_MS, over.signal).catch(() => undefined)
      if (over.signal.aborted || stopping.signal.aborted || !isOverdue()) continue
      stopping.abort(
        `the job table has not answered for ${HELD_MS / 1000} s, and the scheduler will take this job for lost`,
      )
    }
  }

  function isOverdue(): boolean {
    return clock.monotonic() - heardAt >= HELD_MS
  }

  async function ready(): Promise<GangStart> {
    const until = clock.monotonic() + LONGEST_READY_MS
    let compared: { readonly to: string; readonly clock: ClockOffset } | undefined
    while (clock.monotonic() < until) {
      const { gang: row, own } = await claims.look(claim)
      const never = whyNever(row, own)
      if (never !== undefined) return { state: never === row.stopReason ? 'stopped' : 'cancelled', reason: never }
      if (row.clock !== undefined && row.clock !== compared?.to) {
        const offset = await comparisonWith(row.clock, own?.ping ?? 0, until)
        if (offset === undefined) continue
        compared = { to: row.clock, clock: offset }
        await write({ readyFor: row.clock })
      } else if (row.startAtMs !== undefined && compared !== undefined) {
        started = true
        return { state: 'go', startAtMs: row.startAtMs + compared.clock.offsetMs, clock: compared.clock }
      } else await clock.sleep(gatheringLookMs(gang.size))
    }
    return { state: 'cancelled', reason: `no scheduler has answered for ${LONGEST_READY_MS / 1000} s` }
  }

  function whyNever({ cancelledReason }: GangRow, own: ShardRow | undefined): string | undefined {
    if (own?.claim !== claim.claim || own.lost !== undefined) lose(own?.lost ?? 'the job table has lost this job')
    return lost ?? cancelledReason
  }

  async function comparisonWith(name: string, lastPing: number, until: number): Promise<ClockOffset | undefined> {
    if (name === clockId) return { offsetMs: 0, uncertaintyMs: 0 }
    return comparison.with(name, () => compare(name, lastPing, until))
  }

  /** Undefined where the clock to compare with changes or the gang ends meanwhile. */
  async function compare(to: string, lastPing: number, until: number): Promise<ClockOffset | undefined> {
    const exchanges: Exchange[] = []
    while (!isWellKnown(exchanges)) {
      const ping = lastPing + exchanges.length + 1
      const askedMs = clock.now()
      await write({ ping })
      const otherMs = await answerTo(ping, to, until)
      if (otherMs === undefined) return undefined
      exchanges.push({ askedMs, otherMs, answeredMs: clock.now() })
    }
    return clockOffset(exchanges)
  }

  function isWellKnown(exchanges: readonly Exchange[]): boolean {
    if (exchanges.length < FEWEST_EXCHANGES) return false
    return exchanges.length >= MOST_EXCHANGES || clockOffset(exchanges).uncertaintyMs <= GOOD_UNCERTAINTY_MS
  }

  async function answerTo(ping: number, of: string, until: number): Promise<number | undefined> {
    while (clock.monotonic() < until) {
      const { gang: row, own } = await claims.look(claim)
      if (row.clock !== of || whyNever(row, own) !== undefined) return undefined
      if (own!.pong === ping) return own!.pongAtMs
      await clock.sleep(ANSWER_LOOK_MS)
    }
    return undefined
  }

  async function mustHold(surely?: 'surely'): Promise<void> {
    if (surely || isOverdue()) await write()
    if (lost !== undefined) throw new GangLostError(`${jobId} is no longer this host's: ${lost}`)
  }

  return {
    member: {
      ready,
      stop: stopping.signal,
      async shipped(number) {
        batches = Math.max(batches, number)
        await write().catch(() => undefined) // the next heartbeat says it too
      },
    },
    mustHold,
    fail: (reason) => claims.fail(claim, reason),
    async end() {
      over.abort()
      await beating
      await writing
    },
  }
}
