import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import {
  AddPermissionCommand,
  GetQueueAttributesCommand,
  RemovePermissionCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { testQueue } from './queue.ts'

const arn = 'arn:aws:sqs:us-east-1:000000000000:work'

async function permissions(t: TestContext) {
  const { sqs, url: QueueUrl } = await testQueue(t)
  return {
    add: (Label: string, AWSAccountIds: string[], Actions: string[]) =>
      sqs.send(new AddPermissionCommand({ QueueUrl, Label, AWSAccountIds, Actions })),
    remove: (Label: string) => sqs.send(new RemovePermissionCommand({ QueueUrl, Label })),
    setPolicy: (Policy: string) => sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })),
    async policy(): Promise<unknown> {
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] })
      const { Attributes } = await sqs.send(asked)
      return Attributes === undefined ? undefined : (JSON.parse(Attributes['Policy']!) as unknown)
    },
  }
}

const statement = (Sid: string, AWS: unknown, Action: unknown) => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource: arn,
})

test('a permission is a statement of the queue’s policy, which goes with the last one', async (t) => {
  const { add, remove, policy } = await permissions(t)
  await add('one', ['111111111111'], ['SendMessage'])
  await add('many', ['111111111111', '222222222222'], ['ReceiveMessage', '*'])
  const roots = ['arn:aws:iam::111111111111:root', 'arn:aws:iam::222222222222:root']
  const one = statement('one', roots[0], 'SQS:SendMessage')
  const many = statement('many', roots, ['SQS:ReceiveMessage', 'SQS:*'])
  const frame = { Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy` }
  assert.deepEqual(await policy(), { ...frame, Statement: [one, many] })
  await remove('one')
  assert.deepEqual(await policy(), { ...frame, Statement: [many] })
  await remove('many')
  assert.equal(await policy(), undefined)
  await assert.rejects(remove('many'), {
    name: 'InvalidParameterValue',
    message: "Value many for parameter Label is invalid. Reason: can't find label.",
  })
})

test('a policy that was set is added to', async (t) => {
  const { add, policy, setPolicy } = await permissions(t)
  const own = statement('own', '*', 'SQS:SendMessage')
  await setPolicy(JSON.stringify({ Version: '2012-10-17', Id: 'mine', Statement: own }))
  await add('more', ['111111111111'], ['SendMessage'])
  const more = statement('more', 'arn:aws:iam::111111111111:root', 'SQS:SendMessage')
  assert.deepEqual(await policy(), { Version: '2012-10-17', Id: 'mine', Statement: [own, more] })
})

test('what cannot be permitted is refused in AWS’s words', async (t) => {
  const { add, remove, policy } = await permissions(t)
  await add('test', ['111111111111'], ['ReceiveMessage'])
  const before = await policy()
  const invalid = (message: string) => ({ name: 'InvalidParameterValue', message })
  const account = ['111111111111']
  for (const actions of [['ReceiveMessage'], ['ReceiveMessage', 'SendMessage']]) {
    await assert.rejects(
      add('test', account, actions),
      invalid('Value test for parameter Label is invalid. Reason: Already exists.'),
    )
  }
  await assert.rejects(
    add('test-2', account, ['RemovePermission']),
    invalid(
      'Value SQS:RemovePermission for parameter ActionName is invalid. Reason: Only the queue owner is allowed to invoke this action.',
    ),
  )
  await assert.rejects(add('test-2', account, []), {
    name: 'MissingParameter',
    message: 'The request must contain the parameter Actions.',
  })
  await assert.rejects(
    add('test-2', [], ['ReceiveMessage']),
    invalid('Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.'),
  )
  const eight = Array.from({ length: 8 }, () => 'SendMessage')
  await assert.rejects(add('test-2', account, eight), (error: Error & { $metadata: { httpStatusCode: number } }) => {
    assert.equal(error.message, '8 Actions were found, maximum allowed is 7.')
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ['OverLimit', 403])
    return true
  })
  await assert.rejects(add('with space', account, ['SendMessage']), { name: 'InvalidParameterValue' })
  await assert.rejects(
    remove('other'),
    invalid("Value other for parameter Label is invalid. Reason: can't find label on existing policy."),
  )
  assert.deepEqual(await policy(), before)
})

test('a policy has at most twenty statements', async (t) => {
  const { add } = await permissions(t)
  for (let count = 0; count < 20; count++) await add(`label-${count}`, ['111111111111'], ['SendMessage'])
  await assert.rejects(add('one-more', ['111111111111'], ['SendMessage']), {
    name: 'OverLimit',
    message: '21 Statements were found, maximum allowed is 20.',
  })
})
