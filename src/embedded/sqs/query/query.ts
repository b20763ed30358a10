import { type JsonOperation, type JsonProtocol, resourceOf } from '../../json-protocol.ts'
import type { QueryProtocol } from '../../query-protocol.ts'
import type { AwsRequest } from '../../service.ts'
import { missingQueueCode } from '../errors.ts'
import { requestOf } from './request-shapes.ts'
import { responseXml } from './response-shapes.ts'

/**
 * SQS as SDKs before 2023 speak it: the operations of the JSON protocol, translated. To `/`, or to a queue's own path,
 * which then stands for the parameter QueueUrl.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export function createQuery(json: JsonProtocol): QueryProtocol {
  return {
    service: 'sqs',
    namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    operation(action, form, request) {
      const run = json.operations.get(action)
      return run && operationOf(json, action, run, form, request)
    },
    refusal: json.refusal,
    message: ({ message, queryCode }) =>
      queryCode === missingQueueCode ? message.replace(/\.$/, ' for this wsdl version.') : message,
  }
}

function operationOf(
  json: JsonProtocol,
  action: string,
  run: JsonOperation,
  form: URLSearchParams,
  request: AwsRequest,
): ReturnType<QueryProtocol['operation']> {
  const { url } = request
  const input = requestOf(form)
  if (input['QueueUrl'] === undefined && url.pathname !== '/') input['QueueUrl'] = url.origin + url.pathname
  return {
    resource: resourceOf(json, input),
    async run() {
      const output = await run(input, request)
      return output === undefined ? undefined : responseXml(output, action)
    },
  }
}
