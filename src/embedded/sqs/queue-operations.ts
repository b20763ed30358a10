import { arnOf, type World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { list, map, string } from '../shape.ts'
import { operation, queueOfUrl, queueUrl, type SqsContext } from './context.ts'
import { queueDoesNotExist, SqsError } from './errors.ts'
import { limits } from './limits.ts'
import { readQueueAttributes, sameAttribute, type QueueAttributes } from './queue-attributes.ts'
import { describeAttributes } from './queue-description.ts'
import { checkQueueName } from './queue-name.ts'
import { checkTags } from './queue-tags.ts'
import type { Queue } from './queues.ts'
import { checkRedrivePolicy } from './redrive.ts'

const strings = map(string)
const ofQueue = { QueueUrl: string }

/** Queues made, found, described, changed, purged and deleted. */
export function queueOperations({ clock, queues, counters, polls }: SqsContext): Record<string, JsonOperation> {
  function checkRedrive(sourceArn: string, { RedrivePolicy: policy }: QueueAttributes): void {
    if (policy) checkRedrivePolicy(queues, sourceArn, policy)
  }

  function create(world: World, name: string, given: Readonly<Record<string, string>>, tags: Queue['tags']): Queue {
    checkQueueName(name, given)
    const attributes = readQueueAttributes(given, name.endsWith('.fifo'))
    const existing = queues.find(world, name)
    if (existing === undefined) {
      checkRedrive(arnOf(world, 'sqs', name), attributes)
      checkTags(name, tags)
      return queues.create(world, name, attributes, tags)
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
    return existing
  }

  return {
    CreateQueue: operation(
      { QueueName: string, Attributes: strings, tags: strings },
      ['QueueName'],
      (input, request) => {
        const queue = create(request.caller, input.QueueName, input.Attributes ?? {}, input.tags ?? {})
        return { QueueUrl: queueUrl(request, queue) }
      },
    ),
    GetQueueUrl: operation(
      { QueueName: string, QueueOwnerAWSAccountId: string },
      ['QueueName'],
      ({ QueueName, QueueOwnerAWSAccountId }, request) => {
        const { region, accountId } = request.caller
        const queue = queues.find({ region, accountId: QueueOwnerAWSAccountId ?? accountId }, QueueName)
        return { QueueUrl: queueUrl(request, queue ?? queueDoesNotExist()) }
      },
    ),
    DeleteQueue: operation(ofQueue, ['QueueUrl'], ({ QueueUrl }, request) => {
      const queue = queueOfUrl(queues, QueueUrl, request.caller)
      queues.delete(queue)
      counters.forget(queue)
      // Those who wait on it learn that it is gone.
      polls.wake(queue.id)
    }),
    GetQueueAttributes: operation(
      { ...ofQueue, AttributeNames: list(string) },
      ['QueueUrl'],
      ({ QueueUrl, AttributeNames: names = [] }, request) => {
        const queue = queueOfUrl(queues, QueueUrl, request.caller)
        const attributes = describeAttributes(queue, names, () => counters.of(queue))
        return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }
      },
    ),
    SetQueueAttributes: operation(
      { ...ofQueue, Attributes: strings },
      ['QueueUrl', 'Attributes'],
      ({ QueueUrl, Attributes }, request) => {
        const queue = queueOfUrl(queues, QueueUrl, request.caller)
        const attributes = readQueueAttributes(Attributes, queue.isFifo, queue.attributes)
        checkRedrive(queue.arn, attributes)
        queues.setAttributes(queue, attributes)
        polls.wake(queue.id)
      },
    ),
    PurgeQueue: operation(ofQueue, ['QueueUrl'], ({ QueueUrl }, request) => {
      const queue = queueOfUrl(queues, QueueUrl, request.caller)
      if (queue.purgedMs !== null && clock.now() - queue.purgedMs < limits.purgeIntervalMs) {
        throw new SqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        )
      }
      queues.setPurged(queue)
      polls.freed(queue.id)
    }),
  }
}
