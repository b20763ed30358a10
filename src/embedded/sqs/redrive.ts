import { isObject } from '../is-object.ts'
import { invalidParameter, SqsError } from './errors.ts'
import type { Queue, Queues } from './queues.ts'

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string
  /** 1-1000. */
  readonly maxReceiveCount: number
}

/** Whose dead-letter queue a queue may be. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: 'allowAll' | 'denyAll' | 'byQueue'
  /** With `byQueue`, 1-10. */
  readonly sourceQueueArns?: readonly string[]
}

const mostSources = 10
const permissions = ['allowAll', 'denyAll', 'byQueue']
const policyMembers = ['deadLetterTargetArn', 'maxReceiveCount']
const allowMembers = ['redrivePermission', 'sourceQueueArns']

/**
 * Throws InvalidParameterValue where the text is no redrive policy.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function parseRedrivePolicy(json: string): RedrivePolicy {
  const refused = (reason: string): SqsError => invalidParameter(json, 'RedrivePolicy', reason)
  const policy = objectOf(json)
  if (policy === undefined) {
    const reason = 'Reason: Redrive policy is not a valid JSON map.'
    throw new SqsError('InvalidParameterValue', `Invalid value for the parameter RedrivePolicy. ${reason}`)
  }
  for (const name of policyMembers) {
    if (policy[name] === undefined) {
      throw refused(`Redrive policy does not contain mandatory attribute: ${name}.`)
    }
  }
  if (hasOthers(policy, policyMembers)) {
    throw refused('Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].')
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy
  const count = typeof maxReceiveCount === 'object' ? Number.NaN : Number(maxReceiveCount)
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    const reason = 'valid values are from 1 to 1000 both inclusive.'
    throw refused(`Invalid value for maxReceiveCount: ${JSON.stringify(maxReceiveCount)}, ${reason}`)
  }
  if (typeof deadLetterTargetArn !== 'string' || !/^arn:[^:]+(:[^:]*){3}:[^:]+$/.test(deadLetterTargetArn)) {
    throw refused('Invalid value for deadLetterTargetArn.')
  }
  return { deadLetterTargetArn, maxReceiveCount: count }
}

/** Throws InvalidParameterValue where the text is no redrive allow policy. */
export function parseRedriveAllowPolicy(json: string): RedriveAllowPolicy {
  const policy = objectOf(json)
  const { redrivePermission, sourceQueueArns } = policy ?? {}
  const isList = Array.isArray(sourceQueueArns) && sourceQueueArns.every((source) => typeof source === 'string')
  if (
    policy === undefined ||
    typeof redrivePermission !== 'string' ||
    !permissions.includes(redrivePermission) ||
    hasOthers(policy, allowMembers) ||
    (sourceQueueArns !== undefined && !isList)
  ) {
    const reason = "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format."
    throw new SqsError('InvalidParameterValue', `Invalid value for the parameter RedriveAllowPolicy. Reason: ${reason}`)
  }
  const refused = (reason: string): SqsError =>
    invalidParameter(json, 'RedriveAllowPolicy', `Amazon SQS can't create the redrive allow policy. ${reason}`)
  const count = isList ? sourceQueueArns.length : 0
  if (redrivePermission === 'byQueue' && count === 0) {
    throw refused(
      'When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.',
    )
  }
  if (redrivePermission !== 'byQueue' && count > 0) {
    throw refused('To specify one or more source queue ARNs, you must set redrivePermission to byQueue.')
  }
  if (count > mostSources) {
    throw refused(`The maximum number of source queue ARNs you can specify is ${mostSources}.`)
  }
  return policy as unknown as RedriveAllowPolicy
}

/** Whether `dead` lets the queue of that ARN send its dead letters there. */
export function allowsRedrive({ redriveAllow }: Queue, sourceArn: string): boolean {
  if (redriveAllow === undefined || redriveAllow.redrivePermission === 'allowAll') return true
  return redriveAllow.redrivePermission === 'byQueue' && redriveAllow.sourceQueueArns!.includes(sourceArn)
}

/**
 * Throws InvalidParameterValue where the queue `sourceArn` may not have this policy: its dead-letter queue must be
 * there, in the same account and region, of the same type, and let it.
 */
export function checkRedrivePolicy(queues: Queues, sourceArn: string, json: string): void {
  const refused = (reason: string): SqsError => invalidParameter(json, 'RedrivePolicy', reason)
  const { deadLetterTargetArn } = parseRedrivePolicy(json)
  const [, , service, region, account, name] = deadLetterTargetArn.split(':')
  const [, , , ownRegion, ownAccount, ownName] = sourceArn.split(':')
  if (service !== 'sqs') throw refused('Only SQS queues are valid resources for deadLetterTargetArn.')
  if (account !== ownAccount) throw refused('Dead-letter target owner should be same as the source.')
  if (region !== ownRegion) throw refused('Dead-letter queue must be in same region as the source.')
  if (name.endsWith('.fifo') !== ownName.endsWith('.fifo')) {
    // Two full stops, as AWS has it.
    throw refused('Dead-letter queue must be same type of queue as the source..')
  }
  const dead = queues.byArn(deadLetterTargetArn)
  if (dead === undefined) throw refused('Dead letter target does not exist.')
  if (!allowsRedrive(dead, sourceArn)) {
    throw refused(`The redrive allow policy of ${dead.arn} does not let ${sourceArn} use it as dead-letter queue.`)
  }
}

function objectOf(json: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(json)
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function hasOthers(policy: object, known: readonly string[]): boolean {
  return Object.keys(policy).some((name) => !known.includes(name))
}
