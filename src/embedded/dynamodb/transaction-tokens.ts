import { hash } from 'node:crypto'
import type { EmbeddedClock } from '../clock.ts'
import type { World } from '../identity.ts'
import type { Store } from '../store.ts'
import { DynamoDbError } from './errors.ts'

/** How long a ClientRequestToken is remembered. */
export const transactionTokenMs = 10 * 60_000

/** Which transactions were done, so that a repeated one is not done again. */
export interface TransactionTokens {
  /** Whether it was done. Throws IdempotentParameterMismatchException where it was another one. Inside a transaction. */
  isDone(world: World, token: string, request: unknown): boolean
  done(world: World, token: string, request: unknown): void
}

export function createTransactionTokens({ database }: Store, clock: EmbeddedClock): TransactionTokens {
  const select = database.prepare(
    'select digest from dynamodb_tokens where account_id = ? and region = ? and token = ? and done_ms > ?',
  )
  const insert = database.prepare('insert or replace into dynamodb_tokens values (?, ?, ?, ?, ?)')

  return {
    isDone({ accountId, region }, token, request) {
      const row = select.get(accountId, region, token, clock.now() - transactionTokenMs)
      if (row === undefined) return false
      if (row['digest'] === digestOf(request)) return true
      throw new DynamoDbError(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request. ' +
          'Do not reuse a client token with different requests, unless the requests are identical',
      )
    },
    done: ({ accountId, region }, token, request) =>
      void insert.run(accountId, region, token, digestOf(request), clock.now()),
  }
}

/** The same whatever order attributes and members come in. */
function digestOf(request: unknown): string {
  return hash('sha256', JSON.stringify(request, sorted))
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
