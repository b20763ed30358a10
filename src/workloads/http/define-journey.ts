import type { Readable } from 'node:stream'
import type { Stream } from '../../scenario/stream.ts'
import type { CookieJar } from './client/cookie-jar.ts'
import type { Response } from './client/response.ts'
import type { Row } from './read-rows.ts'
import type { Think } from './think.ts'

/** A request of a journey. Exactly one of `path` and `url`; at most one of `body`, `json` and `upload`. */
export interface JourneyRequest {
  /** Default: POST where there is a body, else GET. */
  readonly method?: string
  /** Below the target's URL, with its query; begins with a slash. */
  readonly path?: string
  /** Somewhere else: `https://…`. */
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is read; `bytes` says how long it is, where that is known. Opened anew for each time it is sent. */
  readonly upload?: { readonly bytes?: number; readonly open: () => Readable | AsyncIterable<Uint8Array> }
  /** Statuses that count as `ok`, and no others do. Default: those below 400. */
  readonly expect?: number | readonly number[]
  /** For the whole of it, from connecting to the last byte. Default: that of the scenario. */
  readonly timeoutMs?: number
  /** False discards the body of the answer as it comes. Default: kept, unless the scenario says `discardBodies`. */
  readonly keepBody?: boolean
  /** Gets the body piece by piece instead; memory is only valid during the call. */
  readonly onData?: (chunk: Uint8Array) => void
}

/** Sends a request as a part of a step: the step records what becomes of it. */
export type SendRequest = (request: JourneyRequest) => Promise<Response>

/** One user, across its iterations in a closed model; in an open model every iteration has a new one. */
export interface JourneyUser {
  readonly index: number
  /** For the journey to keep what it likes. */
  readonly state: Map<string, unknown>
  /** Undefined where the scenario keeps none. */
  readonly cookies: CookieJar | undefined
}

/** What one iteration of a journey has. */
export interface JourneyContext {
  /** Sends a request and records it as a step: latency, outcome, status, bytes. Never rejects for what a server does. */
  step(name: string, request: JourneyRequest): Promise<Response>
  /** Does something of several requests and records it as one step; what it throws makes the step an `error`, and goes on. */
  step<Result>(name: string, work: (request: SendRequest) => Promise<Result>): Promise<Result>
  /** Sends a request and records it as a step of its own, named by its method and path without query. */
  request(request: JourneyRequest): Promise<Response>
  /** Pauses from the end of the last step, milliseconds or a distribution. Ends early, by throwing, when the run is over. */
  think(pause: Think): Promise<void>
  /** Counts whether something holds, and answers it. */
  check(name: string, holds: boolean): boolean
  /** One of the names, each as often as its weight says. */
  pick<Name extends string>(weights: Readonly<Record<Name, number>>): Name
  /** The next row of a feeder. Throws where it has no more. */
  feed(feeder: string): Row
  readonly user: JourneyUser
  /** This iteration's own random numbers: they depend on nothing but the run's seed and the iteration. */
  readonly random: Stream
  /** Its number in the whole run. */
  readonly iteration: number
  readonly shard: number
  /** Aborts when the iteration must come to an end. */
  readonly signal: AbortSignal
}

export type RunJourney = (context: JourneyContext) => Promise<void>

export interface Journey {
  readonly name: string
  /** How often, against the other journeys. */
  readonly weight: number
  readonly run: RunJourney
}

/**
 * A journey of a module: `export const journeys = [journey('browse', { weight: 70 }, async ({ step, think }) => { … })]`.
 * What it throws fails the iteration; its stack is kept once, and counted after that.
 */
export function journey(name: string, options: { readonly weight?: number }, run: RunJourney): Journey {
  return { name, weight: options.weight ?? 1, run }
}
