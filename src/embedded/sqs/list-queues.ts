import type { JsonOperation } from '../json-protocol.ts'
import { integer, string } from '../shape.ts'
import { operation, queueOfUrl, queueUrl, type SqsContext } from './context.ts'
import { invalid } from './errors.ts'
import { limits } from './limits.ts'

const paging = { MaxResults: integer, NextToken: string }

/** ListQueues, ListDeadLetterSourceQueues: by name, by page where a size is given. */
export function listQueues({ queues }: SqsContext): Record<string, JsonOperation> {
  return {
    ListQueues: operation({ QueueNamePrefix: string, ...paging }, [], (input, request) => {
      const { QueueNamePrefix: prefix = '', MaxResults: size, NextToken: token } = input
      if (token !== undefined && size === undefined) {
        throw invalid('MaxResults is a mandatory parameter when you provide a value for NextToken.')
      }
      const found = queues.of(request.caller).filter(({ name }) => name.startsWith(prefix))
      const { page, nextToken } = pageOf(found, `prefix ${prefix}`, size, token)
      const urls = page.map((queue) => queueUrl(request, queue))
      return { ...(urls.length > 0 && { QueueUrls: urls }), NextToken: nextToken }
    }),
    ListDeadLetterSourceQueues: operation({ QueueUrl: string, ...paging }, ['QueueUrl'], (input, request) => {
      const dead = queueOfUrl(queues, input.QueueUrl, request.caller)
      const sources = queues.of(dead).filter(({ redrive }) => redrive?.deadLetterTargetArn === dead.arn)
      const { page, nextToken } = pageOf(sources, `sources of ${dead.name}`, input.MaxResults, input.NextToken)
      return { queueUrls: page.map((queue) => queueUrl(request, queue)), NextToken: nextToken }
    }),
  }
}

/**
 * Without a size AWS answers up to 1,000 and gives no token. A token is good for the list it was given for, and says
 * where that list went on: what is made or deleted meanwhile shifts no page.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
 */
function pageOf<Q extends { readonly name: string }>(
  found: readonly Q[],
  list: string,
  size: number | undefined,
  token: string | undefined,
): { page: readonly Q[]; nextToken?: string } {
  if (size !== undefined && (size < 1 || size > limits.listPage)) {
    const reason = `MaxResults must be an integer between 1 and ${limits.listPage}.`
    throw invalid(`Value for parameter MaxResults is invalid. Reason: ${reason}`)
  }
  const last = token === undefined ? '' : lastOf(token, list)
  const rest = found.filter(({ name }) => name > last)
  const page = rest.slice(0, size ?? limits.listPage)
  if (size === undefined || rest.length <= size) return { page }
  return { page, nextToken: Buffer.from(JSON.stringify([list, page.at(-1)!.name])).toString('base64') }
}

function lastOf(token: string, list: string): string {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(token, 'base64').toString())
  } catch {
    throw invalid('Invalid or expired next token.')
  }
  const [ofList, last] = Array.isArray(parts) ? (parts as unknown[]) : []
  if (typeof ofList !== 'string' || typeof last !== 'string') throw invalid('Invalid or expired next token.')
  if (ofList !== list) {
    throw invalid(
      'Invalid NextToken value. If you are passing in NextToken, you must not change the other request parameters.',
    )
  }
  return last
}
