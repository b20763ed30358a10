import { randomUUID } from 'node:crypto'
import { S3Error } from '../errors.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { many, optional, required, structure, text, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

const filterRule = structure({ Name: required(text), Value: required(text) })
const filter = structure({ S3Key: optional(structure({ FilterRule: many(filterRule) })) })
const rest = { Event: many(text, 1), Filter: optional(filter) }
const queue = structure({ Id: optional(text), Queue: required(text), ...rest })
const topic = structure({ Id: optional(text), Topic: required(text), ...rest })
const lambda = structure({ Id: optional(text), CloudFunction: required(text), ...rest })
const shape = structure({
  QueueConfiguration: many(queue),
  TopicConfiguration: many(topic),
  CloudFunctionConfiguration: many(lambda),
  EventBridgeConfiguration: optional(structure({})),
})

export type QueueConfiguration = InferXml<typeof queue>
export type Notification = InferXml<typeof shape>

const events = new Set(
  (
    'ObjectCreated:* ObjectCreated:Put ObjectCreated:Post ObjectCreated:Copy ObjectCreated:CompleteMultipartUpload ' +
    'ObjectRemoved:* ObjectRemoved:Delete ObjectRemoved:DeleteMarkerCreated ObjectTagging:* ObjectTagging:Put ' +
    'ObjectTagging:Delete ObjectAcl:Put ObjectRestore:* ObjectRestore:Post ObjectRestore:Completed ' +
    'ObjectRestore:Delete ReducedRedundancyLostObject Replication:* Replication:OperationFailedReplication ' +
    'Replication:OperationNotTracked Replication:OperationMissedThreshold ' +
    'Replication:OperationReplicatedAfterThreshold LifecycleTransition IntelligentTiering LifecycleExpiration:* ' +
    'LifecycleExpiration:Delete LifecycleExpiration:DeleteMarkerCreated'
  )
    .split(' ')
    .map((name) => `s3:${name}`),
)

/**
 * Events go to SQS queues. Topics and functions are not offered; for EventBridge the setting is kept and nothing sent.
 * Whether the queues are there is for put-notification.ts to find out.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export const notification: BucketSetting<Notification> = {
  name: 'notification',
  root: 'NotificationConfiguration',
  shape,
  missing: {
    QueueConfiguration: [],
    TopicConfiguration: [],
    CloudFunctionConfiguration: [],
    EventBridgeConfiguration: undefined,
  },
  putStatus: 200,
  check(value, _, { found }) {
    if (value.TopicConfiguration.length > 0) throw notOffered('SNS topics')
    if (value.CloudFunctionConfiguration.length > 0) throw notOffered('Lambda functions')
    const queues = value.QueueConfiguration.map((one) => checkQueue(one, found.region))
    checkIds(queues)
    checkOverlaps(queues)
    return { ...value, QueueConfiguration: queues }
  },
}

/** Prefix and suffix of the keys it is for. */
export function keyFilter({ Filter }: QueueConfiguration): { readonly prefix: string; readonly suffix: string } {
  const value = (name: string): string => Filter?.S3Key?.FilterRule.find(({ Name }) => Name === name)?.Value ?? ''
  return { prefix: value('Prefix'), suffix: value('Suffix') }
}

function checkQueue(one: QueueConfiguration, region: string): QueueConfiguration {
  const arn = /^arn:aws[a-z-]*:sqs:(?<region>[a-z0-9-]+):\d{12}:[\w.-]+$/.exec(one.Queue)
  if (arn === null) throw invalidArgument('The ARN could not be parsed', 'QueueArn', one.Queue)
  if (arn.groups?.region !== region) {
    const message = 'The notification destination service region is not valid for the bucket location constraint'
    throw invalidArgument(message, 'QueueArn', one.Queue)
  }
  const other = one.Event.find((event) => !events.has(event))
  if (other !== undefined) throw invalidArgument('The event is not supported for notifications', 'Event', other)
  const rules = one.Filter?.S3Key?.FilterRule.map(checkFilterRule) ?? []
  if (new Set(rules.map(({ Name }) => Name)).size < rules.length) {
    throw invalidArgument('Cannot specify more than one prefix rule in a filter.', 'FilterRule', rules[0].Name)
  }
  return { ...one, Id: one.Id || randomUUID(), Filter: one.Filter && { S3Key: { FilterRule: rules } } }
}

function checkFilterRule({ Name, Value }: InferXml<typeof filterRule>): InferXml<typeof filterRule> {
  const name = { prefix: 'Prefix', suffix: 'Suffix' }[Name.toLowerCase()]
  if (name === undefined) {
    throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name)
  }
  if (Value === '') throw invalidArgument('filter value cannot be empty', 'FilterRule.Value', Value)
  if (Value.length > 1024) {
    throw invalidArgument('Size of filter rule value cannot exceed 1024 bytes in UTF-8', 'FilterRule.Value', Value)
  }
  return { Name: name, Value }
}

function checkIds(queues: readonly QueueConfiguration[]): void {
  const ids = new Set<string | undefined>()
  for (const { Id } of queues) {
    if (ids.has(Id)) {
      throw invalidArgument('Same ID used for multiple configurations. IDs must be unique', 'Id', Id ?? '')
    }
    ids.add(Id)
  }
}

/** No event may be for two configurations. */
function checkOverlaps(queues: readonly QueueConfiguration[]): void {
  queues.forEach((one, index) => {
    for (const other of queues.slice(0, index)) {
      const shared = one.Event.filter((event) => other.Event.some((another) => isSameEvent(event, another)))
      if (shared.length === 0 || !haveCommonKeys(one, other)) continue
      const isFiltered = [one, other].some(({ Filter }) => (Filter?.S3Key?.FilterRule.length ?? 0) > 0)
      throw isFiltered
        ? new S3Error(
            'InvalidArgument',
            'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are ' +
              'overlapping for the same event type.',
          )
        : invalidArgument(
            'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
            'Event',
            shared.join(', '),
          )
    }
  })
}

function isSameEvent(one: string, other: string): boolean {
  const covers = (a: string, b: string): boolean => a === b || (a.endsWith('*') && b.startsWith(a.slice(0, -1)))
  return covers(one, other) || covers(other, one)
}

function haveCommonKeys(one: QueueConfiguration, other: QueueConfiguration): boolean {
  const a = keyFilter(one)
  const b = keyFilter(other)
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix)
  return prefixes && suffixes
}

function notOffered(what: string): S3Error {
  return new S3Error('NotImplemented', `Notifications to ${what} are not offered; send them to an SQS queue`)
}
