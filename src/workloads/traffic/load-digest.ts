import { createHash } from 'node:crypto'
import { compileSchedule } from '../../engine/schedule/compile.ts'
import { scheduleDigest } from '../../engine/schedule/schedule-digest.ts'
import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import { canonicalJson } from '../../results/canonical-json.ts'
import { isRunnable } from './load-settings.ts'

/**
 * The schedule's digest, read from that many shards and equal for any number of them. What a search will run is known
 * only when it has run: its digest is that of its settings.
 */
export function loadDigest(load: ExecutorSettings, seed: number, shards = 1): string {
  if (isRunnable(load)) return scheduleDigest(compileSchedule(load, seed), shards)
  const text = canonicalJson(JSON.parse(JSON.stringify(load)))
  return createHash('sha256').update(`turnaround search 1\n${text}`).digest('hex')
}
