import { JsonError } from '../json-protocol.ts'

interface Kind {
  readonly status: number
  readonly type: string
  /** The code of the former query protocol, which boto3 and the SDKs still show. */
  readonly queryCode: string
}

function modelled(shape: string, queryCode = `AWS.SimpleQueueService.${shape}`, status = 400): Kind {
  return { status, type: `com.amazonaws.sqs#${shape}`, queryCode }
}

function generic(shape: string, queryCode: string): Kind {
  return { status: 400, type: `com.amazon.coral.service#${shape}`, queryCode }
}

/** What the query protocol, and move tasks, call a queue that is not there. */
export const missingQueueCode = 'AWS.SimpleQueueService.NonExistentQueue'

/**
 * SQS's errors by the name this code uses for them.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and the error lists of each
 * operation there; statuses and query codes are those of the service's published Smithy model.
 */
const kinds = {
  QueueDoesNotExist: modelled('QueueDoesNotExist', missingQueueCode),
  QueueNameExists: modelled('QueueNameExists', 'QueueAlreadyExists'),
  QueueDeletedRecently: modelled('QueueDeletedRecently'),
  ResourceNotFound: modelled('ResourceNotFoundException', 'ResourceNotFoundException', 404),
  PurgeQueueInProgress: modelled('PurgeQueueInProgress', undefined, 403),
  EmptyBatchRequest: modelled('EmptyBatchRequest'),
  TooManyEntriesInBatchRequest: modelled('TooManyEntriesInBatchRequest'),
  BatchEntryIdsNotDistinct: modelled('BatchEntryIdsNotDistinct'),
  InvalidBatchEntryId: modelled('InvalidBatchEntryId'),
  BatchRequestTooLong: modelled('BatchRequestTooLong'),
  InvalidAddress: modelled('InvalidAddress', 'InvalidAddress', 404),
  InvalidAttributeName: modelled('InvalidAttributeName', 'InvalidAttributeName'),
  InvalidAttributeValue: modelled('InvalidAttributeValue', 'InvalidAttributeValue'),
  InvalidMessageContents: modelled('InvalidMessageContents', 'InvalidMessageContents'),
  ReceiptHandleIsInvalid: modelled('ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid', 404),
  OverLimit: modelled('OverLimit', 'OverLimit', 403),
  InvalidParameterValue: generic('InvalidParameterValueException', 'InvalidParameterValue'),
  MissingParameter: generic('MissingRequiredParameterException', 'MissingParameter'),
} satisfies Record<string, Kind>

export type SqsErrorName = keyof typeof kinds

export class SqsError extends JsonError {
  readonly kind: SqsErrorName
  constructor(kind: SqsErrorName, message: string) {
    const { status, type, queryCode } = kinds[kind]
    super(status, type, message, queryCode)
    this.kind = kind
  }

  /** What a batch says of one failed entry. */
  entry(id: string): FailedEntry {
    return { Id: id, SenderFault: true, Code: this.queryCode!, Message: this.message }
  }
}

export interface FailedEntry {
  readonly Id: string
  readonly SenderFault: boolean
  readonly Code: string
  readonly Message: string
}

/** InvalidParameterValue in words of its own. */
export function invalid(message: string): SqsError {
  return new SqsError('InvalidParameterValue', message)
}

export function invalidParameter(value: unknown, parameter: string, reason: string): SqsError {
  return new SqsError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  )
}

export function missingParameter(parameter: string): SqsError {
  return new SqsError('MissingParameter', `The request must contain the parameter ${parameter}.`)
}

export function queueDoesNotExist(): never {
  throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
