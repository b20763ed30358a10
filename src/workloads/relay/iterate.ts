import type { Iterate } from '../../engine/iteration.ts'
import type { IterateContext, LoadedIterate } from '../../engine/worker/protocol.ts'
import { InvalidInputError } from '../../errors.ts'
import { asyncDelivery } from './async-delivery.ts'
import { connectionStorm } from './connection-storm.ts'
import { INTERRUPTED, StepFailure } from './outcome.ts'
import { realisticSession } from './realistic-session.ts'
import { createRelayShard, type RelayShard } from './relay-shard.ts'
import type { RelayScenario } from './schema.ts'
import { steadyMessaging } from './steady-messaging.ts'
import { steadyState } from './steady-state.ts'
import { warmUp } from './warm-up.ts'

const ITERATES: { readonly [Scenario in RelayScenario]: (shard: RelayShard) => Iterate } = {
  'connection-storm': connectionStorm,
  'steady-state': steadyState,
  'realistic-session': realisticSession,
  'async-delivery': asyncDelivery,
  'steady-messaging': steadyMessaging,
}

/** Once a thread, whatever it runs. */
let warm: Promise<void> | undefined

/** For load threads (engine/worker/protocol.ts). Its data is RelayData. Throws InvalidInputError for what is no relay's URL. */
export async function createIterate(context: IterateContext): Promise<LoadedIterate> {
  const shard = createRelayShard(context)
  assertRelayUrl(shard.url)
  const iterateOf = ITERATES[shard.settings.scenario]
  await (warm ??= warmUp(shard.settings, iterateOf))
  const iterate = iterateOf(shard)
  return {
    async iterate(iteration) {
      try {
        await iterate(iteration)
      } catch (error) {
        // What the end of the run cut is counted as interrupted; who asked for that end is no failure of the session.
        const isCut = error instanceof StepFailure && error.outcome === INTERRUPTED
        if (!isCut || iteration.signal.aborted) throw error
      }
    },
    close: () => shard.close(),
  }
}

function assertRelayUrl(url: string): void {
  const protocol = URL.parse(url)?.protocol
  if (protocol === 'ws:' || protocol === 'wss:') return
  const shown = protocol === undefined ? 'what is no URL' : `a URL of ${protocol}`
  throw new InvalidInputError(`the target of a relay run must be a ws:// or wss:// URL, got ${shown}`)
}
