import type { JsonOperation } from '../json-protocol.ts'
import { list, string } from '../shape.ts'
import { operation, queueOfUrl, type SqsContext } from './context.ts'
import { invalidParameter, missingParameter, SqsError } from './errors.ts'
import type { Queue, Queues } from './queues.ts'

interface Policy {
  readonly Version?: string
  readonly Id?: string
  /** A single one may stand by itself. */
  readonly Statement?: Statement | readonly Statement[]
}

interface Statement {
  readonly Sid?: string
}

const mostActions = 7
const mostStatements = 20
const grantable = new Set([
  '*',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
  'ReceiveMessage',
  'SendMessage',
])

/**
 * AddPermission, RemovePermission: statements of the queue's policy, which is kept and told, not enforced.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
 */
export function permissionOperations({ queues }: SqsContext): Record<string, JsonOperation> {
  return {
    AddPermission: operation(
      { QueueUrl: string, Label: string, AWSAccountIds: list(string), Actions: list(string) },
      ['QueueUrl', 'Label'],
      ({ QueueUrl, Label: label, AWSAccountIds: accountIds = [], Actions: actions = [] }, request) => {
        const queue = queueOfUrl(queues, QueueUrl, request.caller)
        checkLabel(label)
        checkGrant(accountIds, actions)
        const statements = statementsOf(policyOf(queue))
        if (statements.some(({ Sid }) => Sid === label)) throw invalidParameter(label, 'Label', 'Already exists.')
        if (statements.length === mostStatements) {
          const count = statements.length + 1
          throw new SqsError('OverLimit', `${count} Statements were found, maximum allowed is ${mostStatements}.`)
        }
        setStatements(queues, queue, [...statements, statementFor(queue, label, accountIds, actions)])
      },
    ),
    RemovePermission: operation({ QueueUrl: string, Label: string }, ['QueueUrl', 'Label'], (input, request) => {
      const queue = queueOfUrl(queues, input.QueueUrl, request.caller)
      const statements = statementsOf(policyOf(queue))
      const kept = statements.filter(({ Sid }) => Sid !== input.Label)
      if (kept.length === statements.length) {
        const where = statements.length === 0 ? '' : ' on existing policy'
        throw invalidParameter(input.Label, 'Label', `can't find label${where}.`)
      }
      setStatements(queues, queue, kept)
    }),
  }
}

function checkLabel(label: string): void {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(label)) return
  const reason = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.'
  throw invalidParameter(label, 'Label', reason)
}

function checkGrant(accountIds: readonly string[], actions: readonly string[]): void {
  if (actions.length === 0) throw missingParameter('Actions')
  if (accountIds.length === 0) throw invalidParameter('[]', 'PrincipalId', 'Unable to verify.')
  const unknown = accountIds.find((accountId) => !/^\d{12}$/.test(accountId))
  if (unknown !== undefined) throw invalidParameter(`[${unknown}]`, 'PrincipalId', 'Unable to verify.')
  if (actions.length > mostActions) {
    throw new SqsError('OverLimit', `${actions.length} Actions were found, maximum allowed is ${mostActions}.`)
  }
  const owned = actions.find((action) => !grantable.has(action))
  if (owned !== undefined) {
    throw invalidParameter(`SQS:${owned}`, 'ActionName', 'Only the queue owner is allowed to invoke this action.')
  }
}

function statementFor(
  { arn }: Queue,
  label: string,
  accountIds: readonly string[],
  actions: readonly string[],
): Statement & object {
  return {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrAll(accountIds.map((accountId) => `arn:aws:iam::${accountId}:root`)) },
    Action: oneOrAll(actions.map((action) => `SQS:${action}`)),
    Resource: arn,
  } as Statement
}

/** AWS writes a list of one without its brackets. */
function oneOrAll(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0] : values
}

function policyOf({ attributes, arn }: Queue): Policy {
  const stored = attributes['Policy']
  return stored === undefined
    ? { Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy` }
    : (JSON.parse(stored) as Policy)
}

function statementsOf({ Statement: statement = [] }: Policy): readonly Statement[] {
  return Array.isArray(statement) ? (statement as Statement[]) : [statement as Statement]
}

/** A policy without statements is none. */
function setStatements(queues: Queues, queue: Queue, statements: readonly Statement[]): void {
  const policy = statements.length === 0 ? '' : JSON.stringify({ ...policyOf(queue), Statement: statements })
  queues.setAttributes(queue, { Policy: policy })
}
