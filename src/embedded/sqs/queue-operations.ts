import { accountId } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { integer, list, map, string } from '../shape.ts'
import { operation, queueDoesNotExist, queueOfUrl, queueUrl, type SqsContext } from './context.ts'
import { invalidParameter, SqsError } from './errors.ts'
import { inRange, limits } from './limits.ts'
import { parseRedrivePolicy, readQueueAttributes, sameAttribute, type QueueAttributes } from './queue-attributes.ts'
import { describeAttributes } from './queue-description.ts'
import { type Queue, queueOfArn } from './queues.ts'

const queueName = /^[A-Za-z0-9_-]{1,80}$/
const strings = map(string)
const ofQueue = { QueueUrl: string }
const paging = { MaxResults: integer, NextToken: string }

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
export function queueOperations({ store, clock, queues, messages, polls }: SqsContext): Record<string, JsonOperation> {
  function checkRedrive(attributes: QueueAttributes): void {
    const policy = attributes['RedrivePolicy']
    if (!policy) return
    const { deadLetterTargetArn } = parseRedrivePolicy(policy)
    if (deadLetterTargetArn.startsWith('arn:') && queues.find(queueOfArn(deadLetterTargetArn))) return
    throw invalidParameter(policy, 'RedrivePolicy', 'Dead letter target does not exist.')
  }

  function create(name: string, given: Readonly<Record<string, string>>, tags: Queue['tags']): void {
    if (name.endsWith('.fifo')) {
      throw new SqsError('UnsupportedOperation', `FIFO queues are not supported by the embedded SQS yet (${name}).`)
    }
    if (!queueName.test(name)) {
      throw new SqsError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
      )
    }
    const attributes = readQueueAttributes(given)
    const existing = queues.find(name)
    if (existing === undefined) {
      checkRedrive(attributes)
      checkTags(tags)
      queues.create(name, attributes, tags)
      return
    }
    const other = Object.keys(attributes).find(
      (attribute) => !sameAttribute(attribute, attributes[attribute], existing.attributes[attribute]),
    )
    if (other !== undefined) {
      throw new SqsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${other}`,
      )
    }
  }

  return {
    CreateQueue: operation(
      { QueueName: string, Attributes: strings, tags: strings },
      ['QueueName'],
      (input, request) => {
        create(input.QueueName, input.Attributes ?? {}, input.tags ?? {})
        return { QueueUrl: queueUrl(request, input.QueueName) }
      },
    ),
    GetQueueUrl: operation(
      { QueueName: string, QueueOwnerAWSAccountId: string },
      ['QueueName'],
      ({ QueueName, QueueOwnerAWSAccountId: owner = accountId }, request) => {
        if (owner !== accountId || !queues.find(QueueName)) queueDoesNotExist()
        return { QueueUrl: queueUrl(request, QueueName) }
      },
    ),
    ListQueues: operation({ QueueNamePrefix: string, ...paging }, [], (input, request) => {
      const names = queues
        .all()
        .map(({ name }) => name)
        .filter((name) => name.startsWith(input.QueueNamePrefix ?? ''))
      const { page, token } = pageOf(names, input.MaxResults, input.NextToken)
      const urls = page.map((name) => queueUrl(request, name))
      return { ...(urls.length > 0 && { QueueUrls: urls }), NextToken: token }
    }),
    ListDeadLetterSourceQueues: operation({ ...ofQueue, ...paging }, ['QueueUrl'], (input, request) => {
      const dead = queueOfUrl(queues, input.QueueUrl)
      const sources = queues.all().filter(({ redrive }) => redrive?.deadLetterQueue === dead.name)
      const { page, token } = pageOf(
        sources.map(({ name }) => name),
        input.MaxResults,
        input.NextToken,
      )
      return { queueUrls: page.map((name) => queueUrl(request, name)), NextToken: token }
    }),
    DeleteQueue: operation(ofQueue, ['QueueUrl'], ({ QueueUrl }) => {
      const queue = queueOfUrl(queues, QueueUrl)
      store.transaction(() => {
        messages.removeAll(queue)
        queues.delete(queue)
      })
      // Those who wait on it learn that it is gone.
      polls.wake(queue.id)
    }),
    GetQueueAttributes: operation(
      { ...ofQueue, AttributeNames: list(string) },
      ['QueueUrl'],
      ({ QueueUrl, AttributeNames: names = [] }) => {
        const queue = queueOfUrl(queues, QueueUrl)
        const attributes = describeAttributes(queue, names, () => messages.count(queue, clock.now()))
        return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }
      },
    ),
    SetQueueAttributes: operation(
      { ...ofQueue, Attributes: strings },
      ['QueueUrl', 'Attributes'],
      ({ QueueUrl, Attributes }) => {
        const queue = queueOfUrl(queues, QueueUrl)
        const attributes = readQueueAttributes(Attributes)
        checkRedrive(attributes)
        queues.setAttributes(queue, attributes)
        polls.wake(queue.id)
      },
    ),
    PurgeQueue: operation(ofQueue, ['QueueUrl'], ({ QueueUrl }) => {
      const queue = queueOfUrl(queues, QueueUrl)
      if (queue.purgedMs !== null && clock.now() - queue.purgedMs < limits.purgeIntervalMs) {
        throw new SqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        )
      }
      store.transaction(() => {
        messages.removeAll(queue)
        queues.setPurged(queue)
      })
      polls.freed(queue.id)
    }),
    ListQueueTags: operation(ofQueue, ['QueueUrl'], ({ QueueUrl }) => {
      const { tags } = queueOfUrl(queues, QueueUrl)
      return Object.keys(tags).length === 0 ? {} : { Tags: tags }
    }),
    TagQueue: operation({ ...ofQueue, Tags: strings }, ['QueueUrl', 'Tags'], ({ QueueUrl, Tags }) => {
      const queue = queueOfUrl(queues, QueueUrl)
      const tags = { ...queue.tags, ...Tags }
      checkTags(tags)
      queues.setTags(queue, tags)
    }),
    UntagQueue: operation({ ...ofQueue, TagKeys: list(string) }, ['QueueUrl', 'TagKeys'], ({ QueueUrl, TagKeys }) => {
      const queue = queueOfUrl(queues, QueueUrl)
      const kept = Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key))
      queues.setTags(queue, Object.fromEntries(kept))
    }),
  }
}

function checkTags(tags: Queue['tags']): void {
  const count = Object.keys(tags).length
  if (count > limits.queueTags) {
    throw new SqsError('InvalidParameterValue', `Too many tags added for queue: ${count}, at most ${limits.queueTags}.`)
  }
  for (const [key, value] of Object.entries(tags)) {
    if (key.length === 0 || key.length > 128 || value.length > 256) {
      throw invalidParameter(key, 'Tags', 'Tag keys must be 1 to 128 characters long, values at most 256.')
    }
  }
}

/** Without MaxResults AWS answers up to 1,000 and gives no token. */
function pageOf(
  names: readonly string[],
  maxResults: number | undefined,
  nextToken: string | undefined,
): { page: readonly string[]; token?: string } {
  const size = inRange('MaxResults', maxResults) ?? limits.listPage
  const last = nextToken === undefined ? '' : Buffer.from(nextToken, 'base64').toString()
  const rest = names.filter((name) => name > last)
  const page = rest.slice(0, size)
  if (maxResults === undefined || rest.length <= size) return { page }
  return { page, token: Buffer.from(page.at(-1)!).toString('base64') }
}
