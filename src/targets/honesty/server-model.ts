import { Heap } from '../../heap.ts'
import type { Behaviour, Freeze } from './behaviour.ts'

export interface Handled {
  /** When its answer leaves, milliseconds since the first request. */
  readonly doneMs: number
  readonly status: number
}

/** The target itself, without a network: the running one and the truth about it both ask this. */
export interface ServerModel {
  /** The next request comes. `atMs` never decreases. */
  arrive(atMs: number): Handled
}

export function createServerModel(behaviour: Behaviour): ServerModel {
  const { servers, freezes } = behaviour
  const freeAtMs = new Heap<number>((ms) => ms)
  let index = 0
  return {
    arrive(atMs) {
      // First come, first served: who comes now is begun when a server is free, whoever comes later.
      const serverAtMs = freeAtMs.size < servers ? atMs : Math.max(atMs, freeAtMs.pop()!)
      const startedMs = thawed(freezes, serverAtMs)
      const doneMs = finish(freezes, startedMs, behaviour.workMs(index, startedMs))
      const status = behaviour.status(index, startedMs)
      if (Number.isFinite(servers)) freeAtMs.push(doneMs)
      index += 1
      return { doneMs, status }
    },
  }
}

function thawed(freezes: readonly Freeze[], atMs: number): number {
  return freezes.reduce((ms, { fromMs, toMs }) => (ms >= fromMs && ms < toMs ? toMs : ms), atMs)
}

function finish(freezes: readonly Freeze[], startedMs: number, workMs: number): number {
  return freezes.reduce(
    (doneMs, { fromMs, toMs }) => (fromMs >= startedMs && fromMs < doneMs ? doneMs + toMs - fromMs : doneMs),
    startedMs + workMs,
  )
}
