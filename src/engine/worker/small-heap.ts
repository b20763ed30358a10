import { setFlagsFromString } from 'node:v8'
import type { ResourceLimits } from 'node:worker_threads'
import type { Schedule } from '../schedule/schedule.ts'

/** From so many users of a thread on, what they hold is most of its memory. */
const MANY_USERS = 1000
/** In megabytes: what is new is collected often, before it counts as old. */
const YOUNG_MB = 6
/** V8 lets the old part of a heap grow to several times what is in use before it collects; so, by 40 %. */
const GROWING_PERCENT = 40

/**
 * How the heap of a load thread is kept small where a closed model has many users: V8 rather grows than collects, and for
 * 10,000 users that is the difference between 210 and 320 MB (docs/decisions/0015-http-client.md). Few users make garbage
 * faster than anything else, and have V8's defaults. How the heap grows is a setting of the process: it stays, for all threads. `share` is the thread's of the run.
 */
export function heapLimitsFor(schedule: Schedule, share: number): ResourceLimits | undefined {
  if (schedule.model === 'open' || schedule.users * share < MANY_USERS) return undefined
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
  return { maxYoungGenerationSizeMb: YOUNG_MB }
}
