import { createSecureContext, type ConnectionOptions } from 'node:tls'
import type { IterateContext } from '../../engine/worker/protocol.ts'
import { shareOf } from '../../engine/schedule/share.ts'
import type { Clock } from '../../clock.ts'
import type { StepRecorder } from '../../engine/recorder.ts'
import { Connections, poolsOf } from './client/connections.ts'
import { Interrupts } from './client/interrupts.ts'
import { type Origin, originOf } from './client/origin.ts'
import { createTargetGate } from './client/target-gate.ts'
import { type Feeder, loadFeeder } from './feeder.ts'
import type { HttpData } from './iterate.ts'
import { locatedFile } from './locate-file.ts'
import { readWholeFile } from './read-whole-file.ts'

/** What all iterations of a shard share. */
export interface ShardContext {
  readonly data: HttpData
  readonly shard: number
  readonly seed: number
  readonly recorder: StepRecorder
  readonly clock: Clock
  readonly interrupts: Interrupts
  readonly target: Target
  readonly feeders: ReadonlyMap<string, Feeder>
  /** The shard's own connections; users that have theirs ask for others. */
  readonly connections: Connections
  openConnections(): Connections
}

/** Where paths of requests begin. */
export interface Target {
  readonly origin: Origin
  /** The target's own path, without a slash at its end. */
  readonly prefix: string
}

/** Loads what the shard needs. Throws Error where a file is not there, or not the one that was checked. */
export async function createShardContext(context: IterateContext): Promise<ShardContext> {
  const data = context.data as HttpData
  const { shard, shards, seed, recorder, clock } = context
  const { settings, rules } = data
  const gate = rules && createTargetGate(rules, (why) => context.refuse?.(why))
  const openPool = await poolsOf(settings.version)
  const tls = tlsOptions(data)
  const { keepAlive, perOrigin } = settings.connections
  let open = 0
  const openConnections = () =>
    new Connections({
      clock,
      openPool,
      gate,
      keepAlive,
      tls,
      // A share of 0 would be a shard that can do nothing.
      perOrigin: perOrigin === undefined ? Infinity : Math.max(1, shareOf(perOrigin, shard, shards)),
      onOpen: (by) => recorder.level('connections', (open += by)),
    })
  const loaded = Object.entries(settings.feeders).map(
    ([name, feeder]) => [name, loadFeeder(name, feeder, shard, shards)] as const,
  )
  return {
    data,
    shard,
    seed,
    recorder,
    clock,
    interrupts: new Interrupts(),
    target: targetOf(data.targetUrl),
    feeders: new Map(loaded),
    connections: openConnections(),
    openConnections,
  }
}

export function targetOf(url: string): Target {
  const parsed = new URL(url)
  return { origin: originOf(parsed), prefix: parsed.pathname.replace(/\/+$/, '') }
}

/** The context of certificates is made once: with each connection it would cost more than the connection. */
function tlsOptions({ settings, targetUrl }: HttpData): ConnectionOptions {
  const { rejectUnauthorized, servername, ca } = settings.tls
  if (!targetUrl.startsWith('https:') && ca === undefined)
    return { rejectUnauthorized, ...(servername && { servername }) }
  const secureContext = createSecureContext(ca === undefined ? {} : { ca: readWholeFile(locatedFile(ca)) })
  return { rejectUnauthorized, secureContext, ...(servername !== undefined && { servername }) }
}
