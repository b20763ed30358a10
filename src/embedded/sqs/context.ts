import type { EmbeddedClock } from '../clock.ts'
import { accountId } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import type { AwsRequest } from '../service.ts'
import { type Members, type Structure, structure } from '../shape.ts'
import type { Store } from '../store.ts'
import { missingParameter, SqsError } from './errors.ts'
import type { Messages } from './messages.ts'
import type { Polls } from './polls.ts'
import type { Queue, Queues } from './queues.ts'

/** What every SQS operation works with. */
export interface SqsContext {
  readonly store: Store
  readonly clock: EmbeddedClock
  readonly queues: Queues
  readonly messages: Messages
  readonly polls: Polls
}

type WithRequired<T, R extends keyof T> = T & { readonly [K in R]-?: NonNullable<T[K]> }

/** An operation that checks its input's members and that the required parameters are there and not empty. */
export function operation<const M extends Members, const R extends keyof M & string>(
  members: M,
  required: readonly R[],
  run: (input: WithRequired<Structure<M>, R>, request: AwsRequest) => unknown,
): JsonOperation {
  const shape = structure(members)
  return (raw, request) => {
    const input = shape(raw, '')
    for (const name of required) {
      if (input[name] === undefined || input[name] === '') throw missingParameter(name)
    }
    return run(input as WithRequired<Structure<M>, R>, request)
  }
}

/**
 * The queue a URL names. By the path alone: the server's port may be another than when the URL was made.
 * Throws InvalidAddress or QueueDoesNotExist.
 */
export function queueOfUrl(queues: Queues, url: string): Queue {
  const path = /^https?:\/\/[^/?#]+\/(\d{12})\/([^/?#]+)$/.exec(url)
  if (path === null) throw new SqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`)
  const queue = path[1] === accountId ? queues.find(path[2]) : undefined
  return queue ?? queueDoesNotExist()
}

export function queueUrl(request: AwsRequest, name: string): string {
  return `${request.url.origin}/${accountId}/${name}`
}

export function queueDoesNotExist(): never {
  throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
