import { credentialScope } from './identity.ts'
import { isForm } from './query-protocol.ts'
import type { AwsRequest, Service } from './service.ts'

export interface Services {
  readonly sqs: Service
  readonly dynamodb: Service
  readonly secrets: Service
  readonly sts: Service
  readonly s3: Service
  /** Forms that may be for SQS or STS. */
  readonly forms: Service
}

const targets: readonly (readonly [RegExp, keyof Services])[] = [
  [/^AmazonSQS\./, 'sqs'],
  [/^DynamoDB_\d+\./, 'dynamodb'],
  [/^secretsmanager\./i, 'secrets'],
]

const queuePath = /^\/(queue\/[a-z0-9-]+\/)?\d{12}\/[^/]+\/?$/

/** Which service a request is for that is not for the admin routes. S3 is what names no other: its requests are plain HTTP. */
export function serviceOf(request: AwsRequest): keyof Services {
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') {
    // Any other JSON service is not here: SQS's answer to an operation it does not know says so in the right shape.
    return targets.find(([pattern]) => pattern.test(target))?.[1] ?? 'sqs'
  }
  return isForm(request) ? formServiceOf(request) : 's3'
}

/** By the service that the request is signed for, else by its path, else by what the form says. */
function formServiceOf({ url, headers }: AwsRequest): keyof Services {
  const signedFor = credentialScope(headers, url.searchParams)?.service
  if (signedFor === 'sqs' || signedFor === 'sts' || signedFor === 's3') return signedFor
  if (queuePath.test(url.pathname)) return 'sqs'
  return url.pathname === '/' ? 'forms' : 's3'
}
