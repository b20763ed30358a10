import type { ShardRow } from './gang-rows.ts'
import type { Offer } from './host-watch.ts'
import type { JobRecord } from './job-record.ts'

/** Why a gang did not begin or a shard did not end, in words: what was missing, and what helps. */

const NAMED = 5

export function tooFewSlots(size: number, { hosts, freeSlots }: Offer, waitedMs: number): string {
  const need = `${count(size, 'shard needs', 'shards need')} ${count(size, 'free slot', 'free slots')}`
  const offer =
    hosts === 0
      ? 'no host offers any'
      : `${count(hosts, 'host offers', 'hosts offer')} ${freeSlots === 0 ? 'none' : freeSlots}`
  const way = hosts === 0 ? 'start one with turnaround work' : 'start more hosts with turnaround work, or raise --slots'
  return `${need}, ${offer} after ${seconds(waitedMs)}: ${way}`
}

/** `rows`, `records`: of those that are not ready, as far as there are any. */
export function notReady(options: {
  readonly size: number
  readonly missing: readonly string[]
  readonly rows: ReadonlyMap<string, ShardRow>
  readonly records: readonly JobRecord[]
  readonly waitedMs: number
}): string {
  const { size, missing, rows, records, waitedMs } = options
  const errors = new Map(records.map(({ jobId, error }) => [jobId, error]))
  const each = missing.slice(0, NAMED).map((jobId) => {
    const host = rows.get(jobId)?.claimedBy
    if (host !== undefined) return `${jobId} was still starting on ${host}`
    const error = errors.get(jobId)
    return error ? `${jobId} failed: ${error.message}` : `${jobId} was taken by no host`
  })
  const more = missing.length > NAMED ? `, and ${missing.length - NAMED} more` : ''
  return (
    `${missing.length} of ${count(size, 'shard', 'shards')} not ready within ${seconds(waitedMs)}: ${each.join(', ')}${more}; ` +
    `see the hosts' log, and whether other runs take the slots`
  )
}

export function endedEarly(jobIds: readonly string[]): string {
  return `${jobIds.slice(0, NAMED).join(', ')} ended before all shards were ready; its result says why`
}

export function fellSilent({ claimedBy }: ShardRow, silentMs: number): string {
  return `its host ${claimedBy} has said nothing for ${seconds(silentMs)}: it was killed, or is cut off`
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}
