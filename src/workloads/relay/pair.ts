import type { Message } from './envelope.ts'
import type { RelayChannel } from './relay-channel.ts'
import { RelayClient } from './relay-client.ts'
import type { RelayShard } from './relay-shard.ts'

/** One side of a session. What comes goes to `onMessage`, which whoever drives the session sets. */
export interface Party {
  readonly client: RelayClient
  readonly clientId: string
  /** The session's, once the handshake is made. */
  channel: RelayChannel | undefined
  onMessage: (message: Message, bytes: number) => void
  onLost: (count: number) => void
}

export interface Pair {
  readonly id: string
  readonly dapp: Party
  readonly wallet: Party
  close(): void
}

export function createPair(
  shard: RelayShard,
  ids: { readonly id: string; readonly dapp: string; readonly wallet: string },
): Pair {
  const dapp = createParty(shard, ids.dapp)
  const wallet = createParty(shard, ids.wallet)
  return {
    id: ids.id,
    dapp,
    wallet,
    close() {
      dapp.client.close()
      wallet.client.close()
    },
  }
}

function createParty(shard: RelayShard, clientId: string): Party {
  const client = new RelayClient(shard)
  return { client, clientId, channel: undefined, onMessage: () => undefined, onLost: () => undefined }
}
