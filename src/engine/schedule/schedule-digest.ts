import { createHash, type Hash } from 'node:crypto'
import type { ClosedSchedule, OpenSchedule, Schedule } from './schedule.ts'

/**
 * The SHA-256 of every intended start (open) or of who is active when and does how many (closed), for runs whose results
 * are measurements. Read from `shards` shards and put together again: the same for any number of them.
 * Ten million arrivals take about a second.
 */
export function scheduleDigest(schedule: Schedule, shards = 1): string {
  const hash = createHash('sha256').update(`turnaround schedule 1 ${schedule.model} ${schedule.durationUs}\n`)
  const numbers = numberSink(hash)
  if (schedule.model === 'open') addArrivals(schedule, shards, numbers.add)
  else addUsers(schedule, shards, numbers.add)
  numbers.flush()
  return hash.digest('hex')
}

function addArrivals(schedule: OpenSchedule, shards: number, add: (number: number) => void): void {
  const cursors = Array.from({ length: shards }, (_, shard) => schedule.arrivals(shard, shards))
  for (let turn = 0; ; turn = (turn + 1) % shards) {
    const us = cursors[turn].next()
    if (us < 0) return
    add(cursors[turn].index)
    add(us)
  }
}

function addUsers(schedule: ClosedSchedule, shards: number, add: (number: number) => void): void {
  const plans = Array.from({ length: shards }, (_, shard) => schedule.userPlans(shard, shards)[Symbol.iterator]())
  for (let user = 0; user < schedule.users; user++) {
    const plan = plans[user % shards].next()
    if (plan.done) throw new Error(`${schedule.executor}: user ${user} belongs to no shard of ${shards}`)
    add(plan.value.user)
    add(plan.value.iterations)
    for (const { fromUs, untilUs } of plan.value.activations()) {
      add(fromUs)
      add(untilUs)
    }
  }
}

function numberSink(hash: Hash): { add(number: number): void; flush(): void } {
  const buffer = Buffer.alloc(65_536)
  let at = 0
  function flush(): void {
    hash.update(buffer.subarray(0, at))
    at = 0
  }
  return {
    add(number) {
      if (at === buffer.length) flush()
      at = buffer.writeDoubleLE(number, at)
    },
    flush,
  }
}
