import type { JsonOperation } from '../json-protocol.ts'
import { list, map, string } from '../shape.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { invalid, missingParameter } from './errors.ts'
import { limits } from './limits.ts'
import type { Queue } from './queues.ts'

const ofQueue = { QueueUrl: string }
const allowed = /^[\p{L}\p{N}\p{Z}\s_.:/=+\-@']*$/u

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
export function tagOperations({ queues }: SqsContext): Record<string, JsonOperation> {
  return {
    ListQueueTags: operation(ofQueue, ['QueueUrl'], ({ QueueUrl }, request) => {
      const { tags } = queueOfUrl(queues, QueueUrl, request.caller)
      return Object.keys(tags).length === 0 ? {} : { Tags: tags }
    }),
    TagQueue: operation({ ...ofQueue, Tags: map(string) }, ['QueueUrl', 'Tags'], ({ QueueUrl, Tags }, request) => {
      const queue = queueOfUrl(queues, QueueUrl, request.caller)
      if (Object.keys(Tags).length === 0) throw missingParameter('Tags')
      const tags = { ...queue.tags, ...Tags }
      checkTags(queue.name, tags)
      queues.setTags(queue, tags)
    }),
    UntagQueue: operation(
      { ...ofQueue, TagKeys: list(string) },
      ['QueueUrl', 'TagKeys'],
      ({ QueueUrl, TagKeys }, request) => {
        const queue = queueOfUrl(queues, QueueUrl, request.caller)
        if (TagKeys.length === 0) throw invalid('Tag keys must be between 1 and 128 characters in length.')
        for (const key of TagKeys) checkKey(key)
        const kept = Object.entries(queue.tags).filter(([key]) => !TagKeys.includes(key))
        queues.setTags(queue, Object.fromEntries(kept))
      },
    ),
  }
}

/** Throws InvalidParameterValue where a queue may not have these tags. */
export function checkTags(queueName: string, tags: Queue['tags']): void {
  if (Object.keys(tags).length > limits.queueTags) throw invalid(`Too many tags added for queue ${queueName}.`)
  for (const [key, value] of Object.entries(tags)) {
    checkKey(key)
    if (value.length > 256) throw invalid('Tag values must be between 0 and 256 characters in length.')
    if (!allowed.test(value)) throw invalid(`Tag values may only contain ${described}`)
  }
}

const described = "unicode letters, digits, whitespace, or one of these symbols: _ . : / = + - @'"

function checkKey(key: string): void {
  if (key.length < 1 || key.length > 128) throw invalid('Tag keys must be between 1 and 128 characters in length.')
  if (!allowed.test(key)) throw invalid(`Tag keys may only contain ${described}`)
  if (/^aws:/i.test(key)) throw invalid('Tag keys that start with aws: are reserved.')
}
