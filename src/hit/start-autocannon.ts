import autocannon from 'autocannon'
import type { AutocannonClient } from './autocannon-client.ts'
import { guardClient } from './guard-client.ts'
import { nameOf, type HitRequest } from './hit-request.ts'
import type { Tally } from './tally.ts'

export interface RunningAutocannon {
  /** Ends every connection within a tenth of a second. */
  stop(): void
  /** Resolves when it has stopped. */
  readonly done: Promise<void>
}

/** Autocannon's own end: ours comes first. Nearly the longest that a timer can wait. */
const NEVER_SECONDS = 2_000_000
const SAMPLE_MS = 100

/**
 * Starts autocannon on one URL: it builds, sends and parses, and asks the tally before every request.
 *
 * Its correction for coordinated omission invents samples where a rate is asked for. None is, and its own figures are
 * not read; `ignoreCoordinatedOmission` says so only beside a rate, and is an error here.
 */
export function startAutocannon(request: HitRequest, tally: Tally, now: () => number): RunningAutocannon {
  const { url, method, headers, body, connections, amount = Infinity, pipelining, timeoutMs, insecure } = request
  const done = Promise.withResolvers<void>()
  const guard = { isHead: method === 'HEAD', insecure, tally, now }
  const instance = autocannon(
    {
      url: url.href,
      method,
      headers,
      ...(body !== undefined && { body }),
      connections: Math.min(connections, amount),
      pipelining,
      timeout: timeoutMs / 1000,
      duration: NEVER_SECONDS,
      sampleInt: SAMPLE_MS,
      skipAggregateResult: true,
      setupClient: (client) => guardClient(client as unknown as AutocannonClient, guard),
    },
    (error: unknown) => {
      if (error) done.reject(new Error(`autocannon cannot hit ${nameOf(url)}`, { cause: error }))
      else done.resolve()
    },
  )
  return { stop: () => instance.stop(), done: done.promise }
}
