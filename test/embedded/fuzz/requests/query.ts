import fc from 'fast-check'
import { type Attack, type Header, type HttpRequest, sent } from '../attack.ts'
import { awkwardText, garble, garbling } from '../awkward.ts'
import { sqs } from './samples.ts'

const url = 'http://localhost/000000000000/target'

/** Parameters as the query protocol names them, whatever the action. */
const parameters: readonly (readonly [string, string])[] = [
  ['QueueUrl', url],
  ['QueueName', 'target'],
  ['MessageBody', 'body'],
  ['DelaySeconds', '1'],
  ['VisibilityTimeout', '30'],
  ['MaxNumberOfMessages', '10'],
  ['ReceiptHandle', 'AQEB'],
  ['AttributeName.1', 'All'],
  ['Attribute.1.Name', 'VisibilityTimeout'],
  ['Attribute.1.Value', '30'],
  ['MessageAttribute.1.Name', 'a'],
  ['MessageAttribute.1.Value.DataType', 'String'],
  ['MessageAttribute.1.Value.StringValue', 'v'],
  ['MessageAttribute.1.Value.BinaryValue', '***'],
  ['SendMessageBatchRequestEntry.1.Id', 'a'],
  ['SendMessageBatchRequestEntry.1.MessageBody', 'body'],
  ['SendMessageBatchRequestEntry.99999999999.Id', 'b'],
  ['DeleteMessageBatchRequestEntry.1.Id', 'a'],
  ['Tag.1.Key', 'a'],
  ['Tag.1.Value', 'b'],
  ['TagKey.1', 'a'],
  ['AWSAccountId.1', '111111111111'],
  ['ActionName.1', 'SendMessage'],
  ['Label', 'l'],
  ['SourceArn', 'arn:aws:sqs:us-east-1:000000000000:target'],
  ['Attribute.__proto__.Name', 'x'],
  ['Attribute.-1.Name', 'x'],
  ['Attribute.1', 'x'],
  ['.', '.'],
  ['Version', '2012-11-05'],
  ['Version', '2011-06-15'],
]

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.keys(sqs), 'GetCallerIdentity', 'AssumeRole') },
  { weight: 1, arbitrary: awkwardText },
)
const spoiledParameters = fc
  .tuple(fc.subarray([...parameters], { maxLength: 8 }), fc.array(fc.tuple(fc.nat(10), awkwardText), { maxLength: 2 }))
  .map(([chosen, wrong]) =>
    chosen.map(([name, value], i): [string, string] => [name, wrong.find(([at]) => at === i)?.[1] ?? value]),
  )

const form: Header = ['content-type', 'application/x-www-form-urlencoded']

function request(method: string, target: string, headers: readonly Header[], body: Buffer | string): HttpRequest {
  return { what: `query ${method} ${target.slice(0, 80)}`, speaks: 'query', method, target, headers, body }
}

const paths = fc.constantFrom('/', '/', '/000000000000/target', '/queue/us-east-1/000000000000/target')
const wellFormed = fc.tuple(action, spoiledParameters, paths, fc.boolean()).map(([name, chosen, path, inUrl]) => {
  const text = new URLSearchParams([['Action', name], ...chosen]).toString()
  return inUrl && text.length < 40_000 ? request('GET', `${path}?${text}`, [], '') : request('POST', path, [form], text)
})

const garbled = fc.tuple(action, spoiledParameters, garbling).map(([name, chosen, how]) => {
  const body = Buffer.from(new URLSearchParams([['Action', name], ...chosen]).toString())
  return request('POST', '/', [form], garble(body, how))
})

const scope = fc.constantFrom('sqs', 'sts', 'iam', '', '../')
const signed = fc.tuple(wellFormed, scope).map(([asked, service]): HttpRequest => {
  const credential = `AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/${service}/aws4_request, Signature=0`
  return { ...asked, headers: [...asked.headers, ['authorization', credential]] }
})

/** Forms, for SQS and STS. */
export const queryAttack: fc.Arbitrary<Attack> = sent(
  fc.oneof({ weight: 6, arbitrary: wellFormed }, { weight: 1, arbitrary: garbled }, { weight: 1, arbitrary: signed }),
)
