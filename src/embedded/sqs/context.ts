import type { EmbeddedClock } from '../clock.ts'
import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import type { AwsRequest } from '../service.ts'
import { type Members, type Structure, structure } from '../shape.ts'
import type { Store } from '../store.ts'
import type { Attempts } from './attempts.ts'
import type { Counters } from './counters.ts'
import type { Deduplication } from './deduplication.ts'
import { missingParameter, queueDoesNotExist, SqsError } from './errors.ts'
import type { Messages } from './messages.ts'
import type { Polls } from './polls.ts'
import type { Queue, Queues } from './queues.ts'
import type { Tallies } from './tallies.ts'

/** What every SQS operation works with. */
export interface SqsContext {
  readonly store: Store
  readonly clock: EmbeddedClock
  readonly queues: Queues
  readonly messages: Messages
  readonly tallies: Tallies
  /** What clients see of the tallies. */
  readonly counters: Counters
  readonly deduplication: Deduplication
  readonly attempts: Attempts
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

const queuePath = /^(?:https?:\/\/([^/?#]+))?\/(?:queue\/[a-z0-9-]+\/)?(\d{12})\/([^/?#]+)\/?$/
const awsHost = /^(?:sqs(?:-fips)?\.([a-z0-9-]+)|([a-z0-9-]+)\.queue|queue|sqs)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/

/**
 * The queue a URL names: of the account in its path, in the caller's region. By the path alone where the host is not
 * AWS's: the server's port may be another than when the URL was made. AWS's own hosts, old and new
 * (`sqs.<region>.amazonaws.com`, `<region>.queue.amazonaws.com`, `queue.amazonaws.com`) must be of the caller's region.
 * https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
 * Throws InvalidAddress or QueueDoesNotExist.
 */
export function queueOfUrl(queues: Queues, url: string, caller: World): Queue {
  const [, host, accountId, name] = queuePath.exec(url) ?? []
  const aws = host === undefined ? null : awsHost.exec(host)
  const region = aws === null ? caller.region : (aws[1] ?? aws[2] ?? 'us-east-1')
  if (accountId === undefined || region !== caller.region) {
    throw new SqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`)
  }
  return queues.find({ accountId, region }, name) ?? queueDoesNotExist()
}

/** On the host that the caller spoke to. */
export function queueUrl(request: AwsRequest, { accountId, name }: Pick<Queue, 'accountId' | 'name'>): string {
  return `${request.url.origin}/${accountId}/${name}`
}
