import type { Clients, StartedEnvironment } from '../environment/start-environment.ts'
import { systemClock } from '../clock.ts'
import { NotMeasured } from './not-measured.ts'
import type { ServerTime } from './server-time.ts'

/** What one behaviour is tested in: clients, names of its own, time, and somebody who tidies up. */
export interface ContractEnvironment {
  readonly clients: Clients
  readonly account: string
  readonly region: string
  /** Absent on AWS, where the SDK knows. */
  readonly endpoint: string | undefined
  /** Messages in flight at which a standard queue refuses receives: 120,000, unless a test's server says less. */
  readonly inFlightLimit: number
  /** Seconds for which a receive that should find nothing polls: where a queue is many machines, a look is not enough. */
  readonly pollSeconds: 0 | 1
  /** Unique in the account, at most 50 characters of a-z, 0-9 and `-`: a name for a queue, bucket, table or secret. */
  name(): string
  /** The environment's time, milliseconds since the epoch. */
  now(): number
  /**
   * Lets time pass: moved where it can be, else waited for up to 5 s. Throws NotMeasured where it would have to be longer,
   * so it belongs before the assertions it is for.
   */
  advance(seconds: number): Promise<void>
  /** Tries until `look` no longer throws, for what AWS does in a while; throws what it threw last after 60 s (5 s here). */
  eventually<T>(look: () => Promise<T>): Promise<T>
  /** Called when the behaviour is through, whatever came of it; the last one first. */
  cleanUp(step: () => Promise<unknown>): void
}

export interface ContractEnvironmentOptions {
  /** The behaviour's. */
  readonly id: string
  /** As the behaviour's test declares: whoever has not said so may not move time, because others run beside it. */
  readonly movesTime: boolean
  /** Part of every name, so that runs in one account do not meet. */
  readonly runName: string
  /** The clock of the environment's server; absent where time can only be waited for. */
  readonly time?: ServerTime
  readonly inFlightLimit?: number
  /** Told of what could not be removed. */
  readonly warn: (text: string) => void
}

const LONGEST_WAIT_SECONDS = 5
const AWS_IN_FLIGHT_LIMIT = 120_000

/** The environment of one behaviour. `close` removes what it made; it never throws. */
export function contractEnvironment(
  started: StartedEnvironment,
  { id, movesTime, runName, time, inFlightLimit = AWS_IN_FLIGHT_LIMIT, warn }: ContractEnvironmentOptions,
): ContractEnvironment & { close(): Promise<void> } {
  const steps: (() => Promise<unknown>)[] = []
  let names = 0
  const isLocal = started.kind === 'embedded'

  async function wait(seconds: number): Promise<void> {
    if (seconds > LONGEST_WAIT_SECONDS)
      throw new NotMeasured(`${seconds} s would have to pass, and time cannot be moved`)
    await systemClock.sleep(seconds * 1000)
  }

  return {
    clients: started.clients,
    account: started.account,
    region: started.region,
    endpoint: started.endpoint,
    inFlightLimit,
    pollSeconds: isLocal ? 0 : 1,
    name: () => `parity-${runName}-${id}-${++names}`,
    now: () => time?.now() ?? systemClock.now(),
    async advance(seconds) {
      if (!movesTime) throw new Error(`${id} moves time and does not say so`)
      await (time ? time.advance(seconds) : wait(seconds))
    },
    cleanUp: (step) => void steps.unshift(step),
    async eventually(look) {
      const end = systemClock.monotonic() + (isLocal ? 5_000 : 60_000)
      for (;;) {
        try {
          return await look()
        } catch (error) {
          if (systemClock.monotonic() > end) throw error
        }
        await systemClock.sleep(isLocal ? 10 : 1_000)
      }
    },
    async close() {
      for (const step of steps) {
        try {
          await step()
        } catch (error) {
          warn(`${id} left something behind: ${(error as Error).message}`)
        }
      }
    },
  }
}
