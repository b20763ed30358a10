import type { Iteration } from '../../engine/iteration.ts'
import type { Stream } from '../../scenario/stream.ts'
import type { Response } from './client/response.ts'
import type { UserRequest } from './client/user-client.ts'
import { type Expected, judge } from './expectation.ts'
import { recordTimings } from './record-exchange.ts'
import { pauseFor } from './pause.ts'
import type { Row } from './read-rows.ts'
import type { ShardContext } from './shard-context.ts'
import type { User } from './users.ts'

/** The iteration was cut short: the engine records it as interrupted. */
class InterruptedError extends Error {}

/** One iteration under way: sends requests, records them as steps, pauses. Steps follow each other in time. */
export class JourneyRun {
  readonly iteration: Iteration
  readonly user: User
  readonly shard: ShardContext
  /** When the next step should begin: the iteration's intended start, then the end of the last step and the pauses since. */
  #nextMs: number
  #random: Stream | undefined

  constructor(iteration: Iteration, user: User, shard: ShardContext) {
    this.iteration = iteration
    this.user = user
    this.shard = shard
    this.#nextMs = intendedStart(iteration)
  }

  /** Of this iteration. Made when it is first asked for: it costs as much as a tenth of a request. */
  get random(): Stream {
    return (this.#random ??= this.iteration.random('journey'))
  }

  /** Sends a request and records it as a step. Rejects only where the iteration must end. */
  async step(name: string, request: UserRequest, expected: Expected | undefined): Promise<Response> {
    const intendedAtMs = this.#nextMs
    const response = await this.send(request, expected)
    const { recorder } = this.shard
    recorder.record(name, {
      outcome: response.outcome,
      intendedAtMs,
      sentAtMs: response.sentAtMs,
      endedAtMs: response.endedAtMs,
      status: response.status > 0 ? response.status : undefined,
      bytesSent: response.bytesSent,
      bytesReceived: response.bytesReceived,
    })
    recordTimings(recorder, name, response.last)
    this.#ended(response.endedAtMs)
    this.#goOn(response)
    return response
  }

  /** Records work that is made of several requests as one step: its outcome is that of the first that was not `ok`. */
  async group<Result>(
    name: string,
    work: (send: (request: UserRequest, expected: Expected | undefined) => Promise<Response>) => Promise<Result>,
  ): Promise<Result> {
    const intendedAtMs = this.#nextMs
    const sentAtMs = this.shard.clock.monotonic()
    const responses: Response[] = []
    let isThrown = false
    try {
      return await work(async (request, expected) => {
        const response = await this.send(request, expected)
        responses.push(response)
        this.#goOn(response)
        return response
      })
    } catch (error) {
      isThrown = true
      throw error
    } finally {
      const endedAtMs = this.shard.clock.monotonic()
      const failed = responses.find(({ ok }) => !ok)
      const status = (failed ?? responses.at(-1))?.status
      this.shard.recorder.record(name, {
        outcome: failed?.outcome ?? (isThrown ? 'error' : 'ok'),
        intendedAtMs,
        sentAtMs,
        endedAtMs,
        status: status === 0 ? undefined : status,
        bytesSent: responses.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
        bytesReceived: responses.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0),
      })
      this.#ended(endedAtMs)
    }
  }

  /** Sends without recording. */
  async send(request: UserRequest, expected: Expected | undefined): Promise<Response> {
    const { signal } = this.iteration
    if (signal.aborted) throw new InterruptedError('the run is over')
    return judge(await this.user.client.send(request, signal), expected)
  }

  /** Pauses until `ms` after the last step. Rejects when the iteration must end. */
  async think(ms: number): Promise<void> {
    const { signal } = this.iteration
    this.#nextMs += ms
    const { clock, interrupts } = this.shard
    const leftMs = this.#nextMs - clock.monotonic()
    if (leftMs > 0 && !signal.aborted) {
      const pause = pauseFor(leftMs, clock)
      interrupts.add(signal, pause)
      await pause.ended
      interrupts.remove(signal, pause)
      this.#nextMs = Math.min(this.#nextMs, clock.monotonic())
    }
    if (signal.aborted) throw new InterruptedError('the run is over')
  }

  /** The next row; a feeder `per: user` gives a user the same one always. */
  feed(name: string): Row {
    const feeder = this.shard.feeders.get(name)
    if (!feeder) {
      const known = [...this.shard.feeders.keys()].join(', ') || 'none'
      throw new RangeError(`there is no feeder ${JSON.stringify(name)}; the scenario has: ${known}`)
    }
    const draw = () => feeder.next(() => this.random)
    if (this.shard.data.settings.feeders[name].per === 'iteration') return draw()
    const row = this.user.rows.get(name) ?? draw()
    this.user.rows.set(name, row)
    return row
  }

  /** Steps may overlap, where a journey makes them so: the next one follows the last to end. */
  #ended(endedAtMs: number): void {
    if (endedAtMs > this.#nextMs) this.#nextMs = endedAtMs
  }

  #goOn({ outcome }: Response): void {
    if (outcome === 'interrupted') throw new InterruptedError('the run is over')
  }
}

/** Timers fire up to a millisecond early: what began then was not meant to begin later, and no latency is below its own part. */
export function intendedStart({ intendedAtMs, startedAtMs }: Iteration): number {
  return Math.min(intendedAtMs, startedAtMs)
}
