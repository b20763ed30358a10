import fc from 'fast-check'
import { type Attack, type Header, type HttpRequest, headerText, sent } from '../attack.ts'
import { awkwardText, awkwardValue, garble, garbling, jsonOf, spoil, spoilings } from '../awkward.ts'
import { dynamodb, type Samples, secrets, sqs } from './samples.ts'

const services: readonly (readonly [prefix: string, samples: Samples])[] = [
  ['AmazonSQS', sqs],
  ['secretsmanager', secrets],
  ['DynamoDB_20120810', dynamodb],
]

/** Tokens of DynamoDB's expression languages, in any order. */
const expression = fc
  .array(
    fc.constantFrom(
      ...[
        '#n',
        ':v',
        'p',
        'l[0].x',
        'n',
        '=',
        '<>',
        '<',
        '>=',
        'AND',
        'OR',
        'NOT',
        'BETWEEN',
        'IN',
        '(',
        ')',
        ',',
        '.',
      ],
      ...['SET', 'REMOVE', 'ADD', 'DELETE', '+', '-', 'size(', 'attribute_exists(', 'begins_with(', 'contains(', '['],
      ...['if_not_exists(', 'list_append(', ']', '[99999999999]', '[-1]', '#', ':', 'name', '\u0000', '🛫', '"'],
      ...['('.repeat(400), 'NOT '.repeat(400), 'a.'.repeat(500), 'a'.repeat(5000), ')'.repeat(400)],
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((tokens) => tokens.join(' '))

const sample = fc.oneof(...services.map(([prefix, samples]) => operationOf(prefix, samples)))

function operationOf(prefix: string, samples: Samples): fc.Arbitrary<{ target: string; input: unknown }> {
  return fc.constantFrom(...Object.keys(samples)).map((name) => ({ target: `${prefix}.${name}`, input: samples[name] }))
}

const usual: Header[] = [['content-type', 'application/x-amz-json-1.0']]

function post(target: string, body: Buffer | string, headers: readonly Header[] = usual): HttpRequest {
  const all: Header[] = [['x-amz-target', target], ...headers]
  return { what: target, speaks: 'json', method: 'POST', target: '/', headers: all, body }
}

/** The right operation, with members that are wrong, missing or right. */
const spoiled = fc
  .tuple(sample, spoilings)
  .map(([{ target, input }, wrong]) => post(target, jsonOf(spoil(input, wrong))))

const withExpression = fc
  .tuple(
    operationOf('DynamoDB_20120810', dynamodb),
    fc.constantFrom(
      ...['ConditionExpression', 'UpdateExpression', 'FilterExpression', 'KeyConditionExpression'],
      'ProjectionExpression',
    ),
    expression,
  )
  .filter(([{ input }, member]) => Object.hasOwn(input as object, member))
  .map(([{ target, input }, member, text]) => post(target, jsonOf({ ...(input as object), [member]: text })))

const garbled = fc
  .tuple(sample, garbling)
  .map(([{ target, input }, how]) => post(target, garble(Buffer.from(jsonOf(input)), how)))

const anything = fc.tuple(sample, awkwardValue).map(([{ target }, body]) => post(target, jsonOf(body)))

/** Unknown operations, versions and services. */
const unknown = fc
  .tuple(fc.constantFrom(...services.map(([prefix]) => prefix), 'Kinesis_20131202', '', 'DynamoDB_1'), awkwardText)
  .map(([prefix, name]) => post(headerText(`${prefix}.${name}`).slice(0, 2000), '{}'))

const scopes = ['000000000000/20260101/us-east-1', '../20260101/us-east-1', 'AKIA/20260101/..', '/', '999999999999/1/x']
const otherHeaders: Header[] = [
  ['content-type', 'application/json'],
  ['content-type', 'application/x-amz-json-1.1; charset=utf-16'],
  ['content-type', 'text/plain'],
  ['content-type', ''],
  ['content-type', 'multipart/form-data; boundary='],
  ['content-encoding', 'gzip'],
  ['x-amz-target', 'AmazonSQS.ListQueues'],
  ['expect', '100-continue'],
  ['x-amz-date', 'never'],
  ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
  ['x-long', 'x'.repeat(60_000)],
  ...scopes.map((scope): Header => ['authorization', `AWS4-HMAC-SHA256 Credential=${scope}/sqs/aws4_request`]),
]
const oddHeaders = fc
  .tuple(sample, fc.subarray(otherHeaders, { minLength: 1, maxLength: 3 }))
  .map(([{ target, input }, headers]) => post(target, jsonOf(input), headers))

/** Requests to SQS, Secrets Manager and DynamoDB in their JSON protocols. */
export const jsonAttack: fc.Arbitrary<Attack> = sent(
  fc.oneof(
    { weight: 8, arbitrary: spoiled },
    { weight: 2, arbitrary: withExpression },
    { weight: 1, arbitrary: garbled },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: unknown },
    { weight: 1, arbitrary: oddHeaders },
  ),
)
