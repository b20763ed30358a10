import assert from 'node:assert/strict'
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import type { BehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createTable, item } from './table.ts'

const LARGEST_ITEM_BYTES = 400 * 1024

/** One item, its conditions and its size. */
export const items: readonly BehaviourTest[] = [
  {
    id: 'ddb-001',
    async run(aws) {
      const table = await createTable(aws)
      const stored = item('456', { price: { N: '650' }, product: { S: 'sporting goods' } })
      await table.put(stored)
      const call = (ReturnValuesOnConditionCheckFailure?: 'ALL_OLD') =>
        aws.clients.dynamodb.send(
          new DeleteItemCommand({
            TableName: table.name,
            Key: item('456'),
            ConditionExpression: 'price < :low',
            ExpressionAttributeValues: { ':low': { N: '500' } },
            ReturnValuesOnConditionCheckFailure,
          }),
        )
      const refusal = {
        code: 'ConditionalCheckFailedException',
        status: 400,
        message: 'The conditional request failed',
      }
      assert.deepEqual((await refused(call('ALL_OLD'), refusal)).Item, stored)
      assert.equal((await refused(call(), refusal)).Item, undefined)
    },
  },
  {
    id: 'ddb-011',
    async run(aws) {
      const table = await createTable(aws)
      const withData = (bytes: number) => item('x', { data: { S: 'a'.repeat(bytes - 'idxdata'.length) } })
      await refused(table.put(withData(LARGEST_ITEM_BYTES + 1)), {
        code: 'ValidationException',
        status: 400,
        message: 'Item size has exceeded the maximum allowed size',
      })
      await table.put(withData(LARGEST_ITEM_BYTES))
      await refused(table.update(item('x'), 'SET more = :v', { ExpressionAttributeValues: { ':v': { S: 'a' } } }), {
        code: 'ValidationException',
        status: 400,
        message: 'Item size to update has exceeded the maximum allowed size',
      })
    },
  },
  {
    id: 'ddb-017',
    async run(aws) {
      const table = await createTable(aws, { id: 'S', sort: 'S' })
      for (const sort of ['3', '0', '9', '7', '1', '5', '8', '2', '6', '4']) {
        await table.put(item('p', { sort: { S: sort } }))
      }
      const all = { KeyConditionExpression: 'id = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } }
      const first = await table.query({ ...all, Limit: 6 })
      assert.deepEqual(
        first.Items?.map(({ sort }) => sort.S),
        ['0', '1', '2', '3', '4', '5'],
      )
      assert.deepEqual([first.Count, first.ScannedCount], [6, 6])
      assert.deepEqual(first.LastEvaluatedKey, item('p', { sort: { S: '5' } }))
      const rest = await table.query({ ...all, ExclusiveStartKey: first.LastEvaluatedKey })
      assert.deepEqual(
        rest.Items?.map(({ sort }) => sort.S),
        ['6', '7', '8', '9'],
      )
      assert.equal(rest.LastEvaluatedKey, undefined)
    },
  },
  {
    id: 'ddb-018',
    async run(aws) {
      const table = await createTable(aws)
      await table.put(item('a'))
      const values = { ':v': { S: 'v' }, ':x': { S: 'x' } }
      await refused(table.update(item('a'), 'SET k = :v', { ExpressionAttributeValues: values }), {
        code: 'ValidationException',
        status: 400,
        message:
          '1 validation error detected: Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}',
      })
      const names = { ExpressionAttributeNames: { '#x': 'x' }, ExpressionAttributeValues: { ':v': { S: 'v' } } }
      await refused(table.update(item('a'), 'SET k = :v', names), {
        code: 'ValidationException',
        status: 400,
        message:
          '1 validation error detected: Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}',
      })
      const condition = { ConditionExpression: 'attribute_not_exists(k)', ExpressionAttributeValues: values }
      await refused(table.put(item('a'), condition), {
        code: 'ValidationException',
        status: 400,
        message: /^Value provided in ExpressionAttributeValues unused in expressions: keys: \{(:v, :x|:x, :v)\}$/,
      })
    },
  },
]
