import type { Envelope } from './envelope.ts'
import { sleepOrStop } from '../../engine/pacer.ts'
import { classOfCode, FIRST_OF_SERVER, INTERRUPTED, StepFailure } from './outcome.ts'
import type { RelayClient } from './relay-client.ts'
import type { RelayShard } from './relay-shard.ts'

export interface PublishQueue {
  /** After those before it: a later one that overtook an earlier would make the receiver drop it. Rejects with a StepFailure. */
  publish(envelope: Envelope): Promise<void>
}

const ATTEMPTS = 5
const FIRST_PAUSE_MS = 100

/** Publishes one by one, each with five attempts and pauses of 100, 200, 400 and 800 ms. */
export function createPublishQueue(options: {
  readonly publish: (envelope: Envelope) => Promise<unknown>
  readonly client: RelayClient
  readonly shard: RelayShard
  readonly over: AbortSignal
}): PublishQueue {
  const { publish, client, shard, over } = options
  let last: Promise<void> = Promise.resolve()

  async function attempt(envelope: Envelope): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      try {
        await publish(envelope)
        return
      } catch (error) {
        const { code = 0, temporary } = error as { code?: number; temporary?: boolean }
        const outcome = over.aborted ? INTERRUPTED : classOfCode(code, client.lastOutcome)
        const isFinal = over.aborted || client.isOver || (code >= FIRST_OF_SERVER && temporary !== true)
        if (isFinal || attempts === ATTEMPTS) throw new StepFailure('publish', outcome, { cause: error })
        shard.recorder.count('publish_retries')
        await sleepOrStop(shard.clock, FIRST_PAUSE_MS * 2 ** (attempts - 1), over)
      }
    }
  }

  return {
    publish(envelope) {
      const published = last.then(() => attempt(envelope))
      last = published.catch(() => undefined) // told to whoever published it; the next one is not to blame
      return published
    },
  }
}
