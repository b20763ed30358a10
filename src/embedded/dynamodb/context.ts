import type { AwsLike } from '../aws-like.ts'
import type { EmbeddedClock } from '../clock.ts'
import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import type { AwsRequest } from '../service.ts'
import type { Store } from '../store.ts'
import { tableNotFound, throttled } from './errors.ts'
import type { Items } from './items.ts'
import { type Members, type Values, structure } from './members.ts'
import type { Rows } from './rows.ts'
import type { Table } from './table.ts'
import type { Tables } from './tables.ts'
import { ValidationError } from './values/validation-error.ts'

/** What every DynamoDB operation works with. */
export interface DynamoDbContext {
  readonly store: Store
  readonly clock: EmbeddedClock
  readonly tables: Tables
  readonly items: Items
  readonly rows: Rows
  readonly awsLike: AwsLike | undefined
  /** Under AWS-like mode: tables that nobody has been told are ACTIVE yet. */
  readonly creating: Set<number>
  /** Something was dropped that is to be removed soon. */
  readonly wakeSweep: () => void
}

const throttledShare = 0.02
const partialShare = 0.1

/** An operation that checks its members' types, then their values, as AWS does. `first` comes between the two. */
export function operation<const M extends Members>(
  members: M,
  run: (input: Values<M>, request: AwsRequest) => unknown,
  first: (input: Values<M>) => void = () => {},
): JsonOperation {
  const shape = structure(members)
  return (raw, request) => {
    const input = shape.read(raw)
    first(input)
    const complaints: string[] = []
    shape.check(input, '', complaints)
    if (complaints.length > 0) {
      const count = `${complaints.length} validation error${complaints.length > 1 ? 's' : ''}`
      throw new ValidationError(`${count} detected: ${complaints.join('; ')}`)
    }
    return run(input, request)
  }
}

/** The table that an operation on items is about. Throws ResourceNotFoundException, also while it is being made. */
export function useTable({ tables, creating }: DynamoDbContext, world: World, name: string): Table {
  const table = tables.use(world, name)
  // Asking is noticed: a caller that tries again until it works must succeed, even if it never describes the table.
  if (creating.delete(table.id)) throw tableNotFound()
  return table
}

/** How many of a batch's actions are done: all of them, or under AWS-like mode now and then the first half. */
export function doneOf({ awsLike }: DynamoDbContext, purpose: 'get' | 'write', count: number): number {
  if (!awsLike?.chance(`dynamodb/partial-${purpose}`, partialShare)) return count
  return Math.max(1, count >> 1)
}

/** Under AWS-like mode a share of the calls is refused. */
export function throttle({ awsLike }: DynamoDbContext): void {
  if (awsLike?.chance('dynamodb/throttle', throttledShare)) throw throttled()
}
