import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { HostTable } from '../../jobs/host-table.ts'

const EVERY_MS = 1_000

/**
 * Says in the job table about each second that this host lives and how many jobs it could begin: one small write, for
 * schedulers that must know before they send a gang. Answers a function that takes the host off the table.
 */
export function registerHost(options: {
  readonly hosts: HostTable
  /** For people; two containers may have the same. */
  readonly name: string
  readonly freeSlots: () => number
  readonly clock: Clock
  readonly log: Logger
}): () => Promise<void> {
  const { hosts, name, freeSlots, clock, log } = options
  const host = `${name}/${randomUUID()}`
  const ended = new AbortController()

  async function keepTelling(): Promise<void> {
    for (let beat = 1; !ended.signal.aborted; beat++) {
      try {
        await hosts.tell({ host, beat, freeSlots: freeSlots() })
      } catch (error) {
        log.warn(error, 'free slots could not be told; gangs will wait for them')
      }
      await clock.sleep(EVERY_MS, ended.signal).catch(() => undefined)
    }
  }

  const telling = keepTelling()
  return async () => {
    ended.abort()
    await telling // a word that is under way would put the host back
    await hosts.remove(host)
  }
}
