import { openConnection, type Connection, type Exchange } from './connection.ts'

/** So many connections to one server. */
export interface Connections {
  /** Takes the first connection that is free, first come, first served. Rejects where the exchange fails. */
  get(path: string): Promise<Exchange>
  close(): void
}

/** Resolves when all are open. */
export async function openConnections(
  origin: string,
  count: number,
  clock: { monotonic(): number },
): Promise<Connections> {
  const all = await Promise.all(Array.from({ length: count }, () => openConnection(origin, clock)))
  const free = [...all]
  let waiting: ((connection: Connection) => void)[] = []
  let served = 0

  /** A queue that is read and cut now and then: `shift` of a long one costs its length. */
  function giveBack(connection: Connection): void {
    if (served === waiting.length) {
      waiting = []
      served = 0
      free.push(connection)
    } else waiting[served++](connection)
  }

  return {
    async get(path) {
      const connection = free.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)))
      try {
        return await connection.get(path)
      } finally {
        giveBack(connection)
      }
    },
    close: () => all.forEach((connection) => connection.close()),
  }
}
