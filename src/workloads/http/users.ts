import type { Iteration } from '../../engine/iteration.ts'
import type { Connections } from './client/connections.ts'
import { CookieJar } from './client/cookie-jar.ts'
import { UserClient } from './client/user-client.ts'
import type { JourneyUser } from './define-journey.ts'
import type { Row } from './read-rows.ts'
import type { ShardContext } from './shard-context.ts'

/** A user of a shard. */
export class User implements JourneyUser {
  readonly index: number
  readonly client: UserClient
  /** Of the user alone, where it has some. */
  readonly connections: Connections | undefined
  #state: Map<string, unknown> | undefined
  #rows: Map<string, Row> | undefined

  constructor(index: number, client: UserClient, connections: Connections | undefined) {
    this.index = index
    this.client = client
    this.connections = connections
  }

  get cookies(): CookieJar | undefined {
    return this.client.cookies
  }

  get state(): Map<string, unknown> {
    return (this.#state ??= new Map())
  }

  /** Rows of feeders `per: user`. */
  get rows(): Map<string, Row> {
    return (this.#rows ??= new Map())
  }
}

/** The users of a shard. */
export interface Users {
  /** The user of an iteration: in a closed model the same one each time, in an open one always a new one. */
  of(iteration: Iteration): User
  /** The iteration has ended: who will not come again leaves nothing open. */
  left(user: User): void
  /** Resolves when every connection of a user is gone. */
  close(): Promise<void>
}

export function createUsers(shard: ShardContext): Users {
  const { model, settings } = shard.data
  const known = new Map<number, User>()
  const closing = new Set<Promise<void>>()

  function create(index: number): User {
    const { clock, interrupts } = shard
    const cookies = settings.cookies ? new CookieJar(clock) : undefined
    const own = settings.connections.perUser ? shard.openConnections() : undefined
    const { maxBodyBytes } = settings
    const client = new UserClient({ clock, interrupts, cookies, maxBodyBytes, connections: own ?? shard.connections })
    return new User(index, client, own)
  }

  return {
    of({ user }) {
      if (model === 'open') return create(user)
      let found = known.get(user)
      if (found === undefined) known.set(user, (found = create(user)))
      return found
    },
    left({ connections }) {
      if (model === 'closed' || connections === undefined) return
      const closed = connections.close().then(() => void closing.delete(closed))
      closing.add(closed)
    },
    async close() {
      await Promise.all([...closing, ...[...known.values()].map(({ connections }) => connections?.close())])
    },
  }
}
