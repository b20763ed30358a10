import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { CreateQueueCommand, ListQueueTagsCommand, TagQueueCommand, UntagQueueCommand } from '@aws-sdk/client-sqs'
import { testQueue } from './queue.ts'

async function tags(t: TestContext) {
  const { sqs, url: QueueUrl } = await testQueue(t)
  return {
    sqs,
    tag: (Tags: Record<string, string>) => sqs.send(new TagQueueCommand({ QueueUrl, Tags })),
    untag: (...TagKeys: string[]) => sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys })),
    list: async (url = QueueUrl) => (await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))).Tags,
  }
}

test('tags are merged by their keys and taken away by them', async (t) => {
  const { tag, untag, list, sqs } = await tags(t)
  assert.equal(await list(), undefined)
  await tag({ team: 'ops', run: '1' })
  await tag({ team: 'dev', empty: '' })
  assert.deepEqual(await list(), { team: 'dev', run: '1', empty: '' })
  await untag('run', 'not there')
  assert.deepEqual(await list(), { team: 'dev', empty: '' })
  const made = await sqs.send(new CreateQueueCommand({ QueueName: 'tagged', tags: { ñ: 'Ünï 1 _.:/=+-@' } }))
  assert.deepEqual(await list(made.QueueUrl), { ñ: 'Ünï 1 _.:/=+-@' })
})

test('tags that AWS would not take are refused, and none of them is set', async (t) => {
  const { tag, untag, list } = await tags(t)
  const invalid = (message: string) => ({ name: 'InvalidParameterValue', message })
  const keyLength = invalid('Tag keys must be between 1 and 128 characters in length.')
  await assert.rejects(tag({}), { name: 'MissingParameter', message: 'The request must contain the parameter Tags.' })
  await assert.rejects(tag({ good: 'x', '': 'x' }), keyLength)
  await assert.rejects(tag({ ['k'.repeat(129)]: 'x' }), keyLength)
  await assert.rejects(tag({ k: 'v'.repeat(257) }), { name: 'InvalidParameterValue' })
  await assert.rejects(
    tag({ k: '<v>' }),
    invalid(
      "Tag values may only contain unicode letters, digits, whitespace, or one of these symbols: _ . : / = + - @'",
    ),
  )
  await assert.rejects(tag({ 'aws:mine': 'x' }), { name: 'InvalidParameterValue' })
  await assert.rejects(untag(), keyLength)
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']))
  await assert.rejects(tag(many), invalid('Too many tags added for queue work.'))
  assert.equal(await list(), undefined)
})
