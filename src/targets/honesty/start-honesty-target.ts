import type { ServerResponse } from 'node:http'
import type { TargetClock } from '../clock.ts'
import { createPreciseClock } from '../precise-clock.ts'
import { serve } from '../serve.ts'
import type { RunningTarget, TargetOptions } from '../target.ts'
import { behaviourOf, type HonestyKind } from './behaviours.ts'
import { createServerModel, type ServerModel } from './server-model.ts'

export interface HonestyTargetOptions extends Omit<TargetOptions, 'clock'> {
  /** Default: a precise one of its own. */
  readonly clock?: TargetClock
}

interface Run {
  readonly model: ServerModel
  startedMs: number | undefined
  requests: number
  answered: number
  errors: number
  /** Of its own answers: the most one was late by, in milliseconds. Beyond 1 the target was short of CPU. */
  latestMs: number
}

const body = Buffer.from('{"ok":true}')
const headers = { 'content-type': 'application/json', 'content-length': body.length }

/**
 * A target whose true response times `truth` knows. Any path is its one route. Its time begins with its first request;
 * `POST /_target/reset` lets it begin anew, for the next load generator.
 */
export async function startHonestyTarget(
  kind: HonestyKind,
  options: HonestyTargetOptions = {},
): Promise<RunningTarget> {
  const { clock = createPreciseClock(), seed = 1, settings } = options
  const behaviour = behaviourOf(kind, settings, seed)
  const begin = (): Run => ({
    model: createServerModel(behaviour),
    startedMs: undefined,
    requests: 0,
    answered: 0,
    errors: 0,
    latestMs: 0,
  })
  let run = begin()

  function handle(response: ServerResponse): void {
    const mine = run
    const nowMs = clock.now()
    mine.startedMs ??= nowMs
    mine.requests += 1
    const { doneMs, status } = mine.model.arrive(nowMs - mine.startedMs)
    const dueMs = mine.startedMs + doneMs
    clock.after(dueMs - nowMs, () => {
      mine.answered += 1
      if (status >= 500) mine.errors += 1
      mine.latestMs = Math.max(mine.latestMs, clock.now() - dueMs)
      if (!response.destroyed) response.writeHead(status, headers).end(body)
    })
  }

  const state = () => ({
    target: `honesty-${kind}`,
    seed,
    elapsed_ms: run.startedMs === undefined ? 0 : clock.now() - run.startedMs,
    requests: run.requests,
    answered: run.answered,
    errors: run.errors,
    latest_ms: run.latestMs,
    connections: serving.connections,
  })
  const reset = () => {
    run = begin()
    return state()
  }
  const serving = await serve({
    host: options.host,
    port: options.port,
    handle: (request, response) => {
      request.resume() // a body is no matter, but it has to be read
      handle(response)
    },
    state,
    actions: { reset },
  })
  return { url: serving.url, adminUrl: serving.url, state, stop: serving.stop }
}
