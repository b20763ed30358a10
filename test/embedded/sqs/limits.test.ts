import assert from 'node:assert/strict'
import test from 'node:test'
import type { ReceiveMessageCommandInput, SendMessageCommandInput } from '@aws-sdk/client-sqs'
import { testQueue } from './queue.ts'

const text = (value: string): object => ({ a: { DataType: 'String', StringValue: value } })
const largest = 'x'.repeat(1_048_576)
const eleven = Object.fromEntries(
  Array.from({ length: 11 }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: 'x' }]),
)

const refusedSends: [string, Partial<SendMessageCommandInput>, string, RegExp][] = [
  ['an empty body', { MessageBody: '' }, 'MissingParameter', /^The request must contain the parameter MessageBody\.$/],
  [
    '1 MiB and a byte',
    { MessageBody: `${largest}x` },
    'InvalidParameterValue',
    /^One or more parameters are invalid\. Reason: Message must be shorter than 1048576 bytes\.$/,
  ],
  [
    '1 MiB and an attribute',
    { MessageBody: largest, MessageAttributes: text('x') as never },
    'InvalidParameterValue',
    /must be shorter than 1048576/,
  ],
  ['U+0000', { MessageBody: 'a\u0000' }, 'InvalidMessageContents', /#x9/],
  ['U+0013', { MessageBody: 'a\u0013' }, 'InvalidMessageContents', /#x9/],
  ['U+FFFF', { MessageBody: 'a\uFFFF' }, 'InvalidMessageContents', /#x9/],
  [
    'a delay of 901 s',
    { DelaySeconds: 901 },
    'InvalidParameterValue',
    /^Value 901 for parameter DelaySeconds is invalid\. Reason: DelaySeconds must be >= 0 and <= 900\.$/,
  ],
  ['a negative delay', { DelaySeconds: -1 }, 'InvalidParameterValue', /Value -1 for parameter DelaySeconds/],
  ['a deduplication id', { MessageDeduplicationId: 'd' }, 'InvalidParameterValue', /not valid for this queue type/],
  [
    'an empty attribute',
    { MessageAttributes: text('') as never },
    'InvalidParameterValue',
    /^Message \(user\) attribute 'a' must contain a non-empty value of type 'String'\.$/,
  ],
  [
    'eleven attributes',
    { MessageAttributes: eleven },
    'InvalidParameterValue',
    /\[11\] exceeds the allowed maximum \[10\]/,
  ],
  [
    'an attribute of an unknown type',
    { MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
    'InvalidParameterValue',
    /Binary, Number, String/,
  ],
  [
    'a Number that is none',
    { MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } },
    'InvalidParameterValue',
    /to number/,
  ],
  [
    'a reserved attribute name',
    { MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: 'x' } } },
    'InvalidParameterValue',
    /'AWS\.a' is invalid/,
  ],
]

for (const [what, input, name, message] of refusedSends) {
  test(`sending ${what} is refused`, async (t) => {
    const { send, counts } = await testQueue(t)
    await assert.rejects(send('a', input), { name, message })
    assert.deepEqual(await counts(), [0, 0, 0])
  })
}

const refusedReceives: [Partial<ReceiveMessageCommandInput>, string, RegExp][] = [
  [
    { MaxNumberOfMessages: 11 },
    'InvalidParameterValue',
    /^Value 11 for parameter MaxNumberOfMessages is invalid\. Reason: Must be between 1 and 10, if provided\.$/,
  ],
  [{ MaxNumberOfMessages: 0 }, 'InvalidParameterValue', /Value 0 for parameter MaxNumberOfMessages/],
  [{ WaitTimeSeconds: 21 }, 'InvalidParameterValue', /Value 21 for parameter WaitTimeSeconds/],
  [{ VisibilityTimeout: 43_201 }, 'InvalidParameterValue', /Value 43201 for parameter VisibilityTimeout/],
  [{ AttributeNames: ['Nonsense' as never] }, 'InvalidAttributeName', /^Unknown Attribute Nonsense\.$/],
]

for (const [input, name, message] of refusedReceives) {
  test(`receiving with ${JSON.stringify(input)} is refused`, async (t) => {
    const { receive } = await testQueue(t)
    await assert.rejects(receive(input), { name, message })
  })
}

test('a message of exactly 1 MiB passes', async (t) => {
  const { send, receiveOne } = await testQueue(t)
  await send(largest)
  assert.equal((await receiveOne()).Body, largest)
})
