import type { AwsRequest, Service } from './service.ts'

export interface Services {
  readonly admin: Service
  readonly sqs: Service
  readonly dynamodb: Service
  readonly secrets: Service
  readonly sts: Service
  readonly s3: Service
}

const targets: readonly (readonly [RegExp, keyof Services])[] = [
  [/^AmazonSQS\./, 'sqs'],
  [/^DynamoDB_\d+\./, 'dynamodb'],
  [/^secretsmanager\./i, 'secrets'],
]

/** Which service a request on the one port is for. S3 is what names no other: its requests are plain HTTP. */
export function serviceOf({ method, url, headers }: AwsRequest): keyof Services {
  if (url.pathname === '/_turnaround' || url.pathname.startsWith('/_turnaround/')) return 'admin'
  const target = headers['x-amz-target']
  if (typeof target === 'string') {
    // Any other JSON service is not here: SQS's answer to an operation it does not know says so in the right shape.
    return targets.find(([pattern]) => pattern.test(target))?.[1] ?? 'sqs'
  }
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
  if (method === 'POST' && isForm) return 'sts'
  return 's3'
}
