import type { Iterate, Iteration } from '../../engine/iteration.ts'
import { requestOf } from './envelope.ts'
import { INTERRUPTED, StepFailure } from './outcome.ts'
import { openPair } from './open-pair.ts'
import type { Pair } from './pair.ts'
import type { RelayShard } from './relay-shard.ts'
import { recoveryTimeoutMs } from './timeouts.ts'
import { within } from './within.ts'
import { sleepUntil } from './sleep-until.ts'

/**
 * A pair makes its session; the wallet's transport is cut and the dApp sends what the relay must keep; after the delay the
 * wallet comes back. Each pair's recovery follows its own messages by the delay: recoveries are paced as starts are.
 */
export function asyncDelivery(shard: RelayShard): Iterate {
  return async (iteration) => {
    const pair = await openPair(shard, iteration)
    try {
      const stored = await store(shard, pair)
      await recover({ shard, iteration, pair, stored })
    } finally {
      pair.close()
    }
  }
}

/** Answers how many the relay took. */
async function store({ recorder, settings }: RelayShard, { id, dapp, wallet }: Pair): Promise<number> {
  wallet.client.cut()
  let stored = 0
  for (let number = 0; number < settings.storedMessages; number++) {
    recorder.count('messages_sent')
    try {
      await dapp.channel?.publish(requestOf(`${id}/${number}`))
      stored += 1
    } catch (error) {
      recorder.count('messages_failed')
      if (!(error instanceof StepFailure)) throw error
    }
  }
  if (stored === 0) throw new StepFailure('message', dapp.client.lastOutcome)
  return stored
}

/** Records `recovery` for each message that was stored: when it came, that it is lost, or that time was over. */
async function recover(options: {
  readonly shard: RelayShard
  readonly iteration: Iteration
  readonly pair: Pair
  readonly stored: number
}): Promise<void> {
  const { shard, iteration, pair, stored } = options
  const { clock, recorder, settings } = shard
  const over = shard.over(iteration)
  const limitMs = recoveryTimeoutMs(settings)
  const intendedAtMs = clock.monotonic() + settings.delaySeconds * 1000
  await sleepUntil(clock, intendedAtMs, over)
  if (over.aborted) throw new StepFailure('recovery', INTERRUPTED)
  const sentAtMs = clock.monotonic()
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  let missing = stored
  let failure: string | undefined

  function settle(outcome: string, count = 1): void {
    const settled = Math.min(count, missing)
    missing -= settled
    if (outcome !== 'ok') failure ??= outcome
    const endedAtMs = clock.monotonic()
    for (let left = settled; left > 0; left--)
      recorder.record('recovery', { outcome, intendedAtMs, sentAtMs, endedAtMs })
    recorder.count(outcome === 'ok' ? 'messages_received' : 'messages_failed', settled)
    if (missing === 0) resolve('ok')
  }

  pair.wallet.onMessage = (message) => message.type === 'request' && settle('ok')
  pair.wallet.onLost = (count) => settle('lost', count)
  pair.wallet.client.onGone = resolve
  const outcome = await pair.wallet.client.connect(limitMs, over)
  const end = outcome === 'ok' ? await within(ended, sentAtMs + limitMs - clock.monotonic(), { clock, over }) : outcome
  if (missing > 0) settle(end, missing)
  if (failure !== undefined) throw new StepFailure('recovery', failure)
}
