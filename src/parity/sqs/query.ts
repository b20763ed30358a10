import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import type { ContractEnvironment } from '../contract-environment.ts'
import { exchange, type Exchange } from '../exchange.ts'

/** Speaks SQS's older protocol: a form in, XML out. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests.html */
export function query(
  { clients: { sqs } }: ContractEnvironment,
  parameters: Record<string, string>,
): Promise<Exchange> {
  const form = new URLSearchParams({ ...parameters, Version: '2012-11-05' }).toString()
  return exchange(sqs, new ListQueuesCommand({}), (request) => {
    delete request.headers['x-amz-target']
    delete request.headers['x-amzn-query-mode']
    request.headers['content-type'] = 'application/x-www-form-urlencoded'
    request.headers['content-length'] = String(Buffer.byteLength(form))
    request.body = form
  })
}
