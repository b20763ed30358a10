import type { Iteration } from '../../engine/iteration.ts'
import { Handshake } from './handshake.ts'
import { createPair, type Pair } from './pair.ts'
import type { RelayShard } from './relay-shard.ts'
import { uuidOf } from './uuid.ts'

/** A pair whose session stands, or a StepFailure: connects both, waits for the scan in between, makes the handshake. */
export async function openPair(shard: RelayShard, iteration: Iteration): Promise<Pair> {
  const random = iteration.random('pair', shard.salt)
  const [id, sessionId] = [uuidOf(random), uuidOf(random)]
  const pair = createPair(shard, { id, dapp: uuidOf(random), wallet: uuidOf(random) })
  try {
    await new Handshake({ shard, iteration, pair, session: `session:${sessionId}` }).make()
    return pair
  } catch (error) {
    pair.close()
    throw error
  }
}
