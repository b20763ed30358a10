import type { Clock } from '../../src/clock.ts'
import type { Clients } from '../../src/environment/start-environment.ts'
import { steppedClock } from '../stepped-clock.ts'

/** A clock that moves only while nobody waits for an answer, whoever and how many they are. */
export interface QuietClock extends Clock {
  /** Runs time until the promise settles. Fails after `longestMs` of it. */
  run<T>(promise: Promise<T>, longestMs?: number): Promise<T>
  /** Time stands while this answers true too. */
  standsWhile(condition: () => boolean): void
}

/** Long polls are no waiting: they end when something comes. */
export function quietClock(clients: Pick<Clients, 'dynamodb' | 's3' | 'sqs'>): QuietClock {
  const clock = steppedClock()
  const conditions: (() => boolean)[] = []
  let inFlight = 0
  for (const client of [clients.dynamodb, clients.s3, clients.sqs]) {
    // Their stacks differ only in the types of what passes through.
    const stack = (client as typeof clients.dynamodb).middlewareStack
    stack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'ReceiveMessageCommand') return next(args)
          inFlight++
          try {
            return await next(args)
          } finally {
            inFlight--
          }
        },
      { step: 'initialize' },
    )
  }
  const parties = () => (inFlight > 0 || conditions.some((stands) => stands()) ? Infinity : 1)
  return {
    ...clock,
    run: (promise, longestMs) => clock.until(promise, parties, longestMs),
    standsWhile: (condition) => void conditions.push(condition),
  }
}
