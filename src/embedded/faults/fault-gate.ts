import type { EmbeddedClock } from '../clock.ts'
import { ClientGoneError } from '../read-body.ts'
import type { Call, Exchange } from '../service.ts'
import type { FaultPlan } from './fault-plan.ts'
import { InjectedFault } from './injected-fault.ts'
import { loseResponse, resetConnection } from './lose-response.ts'
import { type Hit, type RunningPlan, type RunningPlanState, startPlan } from './running-plan.ts'
import { slowBody } from './slow-body.ts'
import { createWaits } from './waits.ts'

/** What every call of every service passes: works as it should, or as the fault plan wants it. */
export interface FaultGate {
  /** Replaces the plan; counters and time begin anew. Undefined: nothing goes wrong on purpose. */
  put(plan: FaultPlan | undefined): void
  state(): RunningPlanState | undefined
  perform<T>(exchange: Exchange, call: Call, work: () => T | Promise<T>): Promise<T>
  /** Ends all waits: late calls go on, those without an answer are closed, slow bodies come at once. */
  stop(): void
  /** Undoes `stop`. */
  resume(): void
}

const silenceMs = 15 * 60_000

export function createFaultGate(clock: EmbeddedClock): FaultGate {
  let running: RunningPlan | undefined
  const waits = createWaits(clock)

  async function befall<T>(hits: readonly Hit[], exchange: Exchange, work: () => T | Promise<T>): Promise<T> {
    let times = 1
    let isLost = false
    for (const { fault, delayMs } of hits) {
      if (fault.fault === 'throttle' || fault.fault === 'error') throw new InjectedFault(fault.fault, fault.status)
      if (fault.fault === 'reset-connection') throw resetConnection(exchange)
      if (fault.fault === 'timeout') throw await silence(exchange)
      if (fault.fault === 'latency') await quietly(exchange, () => waits.wait(delayMs))
      if (fault.fault === 'duplicate') times += 1
      if (fault.fault === 'slow-body') slowBody(exchange.response, fault.bytes_per_second!, waits)
      if (fault.fault === 'lost-response') isLost = true
    }
    if (isLost) loseResponse(exchange)
    let result = await work()
    for (let time = 1; time < times; time += 1) result = await work()
    if (isLost) throw resetConnection(exchange)
    return result
  }

  async function silence(exchange: Exchange): Promise<ClientGoneError> {
    await quietly(exchange, () => waits.wait(silenceMs, (leave) => exchange.response.once('close', leave)))
    exchange.incoming.socket.destroy()
    return new ClientGoneError('nothing was answered, as the fault plan asks')
  }

  return {
    put(plan) {
      running = plan === undefined ? undefined : startPlan(plan, clock)
    },
    state: () => running?.state(),
    // oxlint-disable-next-line typescript/require-await -- so that a throw is a rejection
    async perform(exchange, call, work) {
      const hits = running?.hits(call)
      return hits === undefined || hits.length === 0 ? work() : befall(hits, exchange, work)
    },
    stop: () => waits.end(),
    resume: () => waits.resume(),
  }
}

/** A connection on which nothing is said is closed after two minutes; not while the silence is meant. */
async function quietly({ incoming: { socket } }: Exchange, wait: () => Promise<void>): Promise<void> {
  const { timeout = 0 } = socket
  socket.setTimeout(0)
  await wait()
  socket.setTimeout(timeout)
}
