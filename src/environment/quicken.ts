import type { MiddlewareStack } from '@smithy/types'
import { firstAttemptFirst } from './first-attempt.ts'
import { undiciHandler, type HttpHandler } from './undici-handler.ts'

export interface QuickenOptions {
  /** To each host of a service. A call beyond waits for one that ends. */
  readonly connections: number
  /** The server is not AWS, and its clients sign with the quick signer: what only AWS reads need not be sent. */
  readonly isLocal: boolean
}

/** What all clients of the SDK have. */
interface SdkClient<Input extends object, Output extends object> {
  readonly config: { requestHandler: HttpHandler }
  readonly middlewareStack: MiddlewareStack<Input, Output>
}

const CONNECT_TIMEOUT_MS = 5_000
/** Long polls take 20 s; a call that has said nothing for this long is dead. */
const SILENCE_MS = 60_000

/**
 * Steps of a call that log, tell AWS who calls, set the host header, which the quick signer does itself, or look after
 * other regions and directory buckets. Each costs a few microseconds and changes no answer.
 */
const FOR_AWS_ONLY = [
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'regionRedirectMiddleware',
  'regionRedirectEndpointMiddleware',
  's3ExpressMiddleware',
]

/**
 * Makes a client of the SDK take about half the CPU for a call, by what the SDK offers for it: another request handler,
 * and where the server is not AWS fewer steps. Answers the same client.
 */
export function quicken<I extends object, O extends object, C extends SdkClient<I, O>>(
  client: C & SdkClient<I, O>,
  { connections, isLocal }: QuickenOptions,
): C {
  const { config, middlewareStack } = client
  config.requestHandler = undiciHandler({
    connections,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    silenceMs: SILENCE_MS,
    otherwise: config.requestHandler,
  })
  if (isLocal) {
    for (const name of FOR_AWS_ONLY) middlewareStack.remove(name)
    firstAttemptFirst(middlewareStack)
  }
  makeFast(config)
  return client
}

/**
 * The SDK copies the whole configuration three times in each call. V8 keeps an object with so many properties added one
 * by one as a hash table, of which a copy takes 10 microseconds; but never one that is another's prototype, and of that
 * a copy takes one.
 */
function makeFast(config: object): void {
  const heir = Object.create(config) as Record<string, unknown>
  for (let read = 0; read < 10; read += 1) void heir['region'] // decided when it is looked up, not at once
}
