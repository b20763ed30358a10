import type { Iterate, Iteration } from '../../engine/iteration.ts'
import type { StepRecorder } from '../../engine/recorder.ts'
import type { Clock } from '../../clock.ts'
import { Exchange, type WireRequest } from './client/exchange.ts'
import type { Interrupts } from './client/interrupts.ts'
import type { OriginPool } from './client/connections.ts'
import { judged, type Expected } from './expectation.ts'
import { intendedStart } from './journey-run.ts'
import { recordTimings } from './record-exchange.ts'

/**
 * One request with no journey around it, as fast as it goes: its bytes are made once, nothing of the answer is kept but
 * its status, and an iteration is this one exchange. A request that fails is counted by its class and fails no iteration.
 */
export function singleRequest(options: SingleRequestOptions): Iterate {
  const { pool, interrupts } = options
  return (iteration) =>
    new Promise<void>((resolve, reject) => {
      const exchange = new SingleExchange(options, iteration, resolve, reject)
      interrupts.add(iteration.signal, exchange)
      pool.send(exchange)
    })
}

export interface SingleRequestOptions {
  readonly step: string
  readonly request: WireRequest
  readonly timeoutMs: number
  readonly wantsHead: false
  /** Statuses that are `ok`; undefined: those below 400. */
  readonly expected: Expected | undefined
  readonly pool: OriginPool
  readonly recorder: StepRecorder
  readonly interrupts: Interrupts
  readonly clock: Clock
}

class SingleExchange extends Exchange {
  readonly #options: SingleRequestOptions
  readonly #iteration: Iteration
  readonly #resolve: () => void
  readonly #reject: (reason: unknown) => void

  constructor(
    options: SingleRequestOptions,
    iteration: Iteration,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super(options.request, options, options.clock)
    this.#options = options
    this.#iteration = iteration
    this.#resolve = resolve
    this.#reject = reject
  }

  done(): void {
    const { step, recorder, interrupts, expected } = this.#options
    interrupts.remove(this.#iteration.signal, this)
    recorder.record(step, {
      outcome: judged(this.outcome, this.status, expected),
      intendedAtMs: intendedStart(this.#iteration),
      sentAtMs: this.sentAtMs < 0 ? this.beganAtMs : this.sentAtMs,
      endedAtMs: this.endedAtMs,
      status: this.status > 0 ? this.status : undefined,
      bytesSent: this.bytesSent,
      bytesReceived: this.bytesReceived,
    })
    recordTimings(recorder, step, this)
    if (this.outcome === 'interrupted') this.#reject(this.error)
    else this.#resolve()
  }
}
