import { Heap } from '../../heap.ts'
import type { Behaviour } from './behaviour.ts'
import { createServerModel } from './server-model.ts'

/** What a perfect load generator would report, request by request, in the order of the arrivals. */
export interface Outcomes {
  /** Milliseconds from the intended start to the answer. */
  readonly responseMs: Float64Array
  /** Milliseconds from the send to the answer. */
  readonly serviceMs: Float64Array
  readonly statuses: Uint16Array
}

/**
 * True response times of a target, milliseconds from the intended start, in the order of the arrivals: a discrete-event
 * simulation with no network. `arrivals`: intended starts, milliseconds, not decreasing; the first request starts the
 * target's time. `connections`: how many requests can be under way at once; an arrival that finds none free is sent
 * as soon as one is, first come, first served. Throws RangeError.
 */
export function truth(target: Behaviour, arrivals: ArrayLike<number>, connections: number): Float64Array {
  return simulate(target, arrivals, connections).responseMs
}

/** As `truth`, with service times and statuses. */
export function simulate(target: Behaviour, arrivals: ArrayLike<number>, connections: number): Outcomes {
  if (!(connections >= 1)) throw new RangeError(`connections must be at least 1, got ${connections}`)
  const count = arrivals.length
  const outcomes = {
    responseMs: new Float64Array(count),
    serviceMs: new Float64Array(count),
    statuses: new Uint16Array(count),
  }
  const server = createServerModel(target)
  const freeAtMs = new Heap<number>((ms) => ms)
  const firstMs = count > 0 ? arrivals[0] : 0
  let previousMs = firstMs
  for (let index = 0; index < count; index += 1) {
    const intendedMs = arrivals[index]
    if (!(intendedMs >= previousMs)) {
      throw new RangeError(`arrivals must not decrease, got ${intendedMs} after ${previousMs} at ${index}`)
    }
    previousMs = intendedMs
    const sentMs = freeAtMs.size < connections ? intendedMs : Math.max(intendedMs, freeAtMs.pop()!)
    const { doneMs, status } = server.arrive(sentMs - firstMs)
    freeAtMs.push(doneMs + firstMs)
    outcomes.responseMs[index] = doneMs + firstMs - intendedMs
    outcomes.serviceMs[index] = doneMs + firstMs - sentMs
    outcomes.statuses[index] = status
  }
  return outcomes
}
