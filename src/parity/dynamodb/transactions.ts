import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TransactWriteItem, TransactGetItemsCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import type { BehaviourTest, OwnBehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { createTable, type Item, item } from './table.ts'

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/'

/** All or nothing. */
export const transactions: readonly (BehaviourTest | OwnBehaviourTest)[] = [
  {
    id: 'ddb-013',
    async run(aws) {
      const { name: TableName, put, get } = await createTable(aws)
      await put(item('Fred'))
      await put(item('Bob'))
      const absent = { ConditionExpression: 'attribute_not_exists(id)' }
      const actions = [
        { ConditionCheck: { TableName, Key: item('Fred'), ...absent } },
        { Delete: { TableName, Key: item('Bob') } },
      ]
      await refused(transact(aws, actions), {
        code: 'TransactionCanceledException',
        message:
          'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]',
      })
      assert.deepEqual(await get(item('Bob')), item('Bob'))
    },
  },
  {
    id: 'ddb-014',
    async run(aws) {
      const { name: TableName, put, get } = await createTable(aws)
      const stored = (id: string): Item => item(id, { value: { S: 'stored' } })
      await put(stored('b'))
      await put(stored('d'))
      const actions = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
        Put: {
          TableName,
          Item: item(id),
          ConditionExpression: 'attribute_not_exists(id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        },
      }))
      const error = await refused(transact(aws, actions), { code: 'TransactionCanceledException', status: 400 })
      const failed = (id: string) => ({
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: stored(id),
      })
      const none = { Code: 'None' }
      const reasons = error.CancellationReasons as Record<string, unknown>[]
      assert.deepEqual(reasons, [none, failed('b'), none, failed('d'), none])
      assert.equal(await get(item('a')), undefined)
      assert.deepEqual(await get(item('b')), stored('b'))
    },
  },
  {
    id: 'ddb-015',
    async run(aws) {
      const { name: TableName } = await createTable(aws)
      await refused(
        transact(aws, [{ Put: { TableName, Item: item('a') } }, { Delete: { TableName, Key: item('a') } }]),
        {
          code: 'ValidationException',
          status: 400,
          message: 'Transaction request cannot include multiple operations on one item',
        },
      )
    },
  },
  {
    id: 'ddb-016',
    async run(aws) {
      const { name: TableName, put, get } = await createTable(aws)
      const token = randomUUID()
      const [first, second] = [{ S: '1' }, { S: '2' }]
      await transact(aws, [{ Put: { TableName, Item: { id: { S: 'a' }, first, second } } }], token)
      await put(item('a', { changed: { BOOL: true } }))
      const { $metadata } = await transact(
        aws,
        [{ Put: { TableName, Item: { second, first, id: { S: 'a' } } } }],
        token,
      )
      assert.equal($metadata.httpStatusCode, 200)
      assert.deepEqual(await get(item('a')), item('a', { changed: { BOOL: true } }), 'there should be no second effect')
    },
  },
  {
    id: 'own-ddb-transaction-token-other-content',
    sentence: 'A transaction repeated with the same token and other content is refused.',
    source: `${api}API_TransactWriteItems.html`,
    async run(aws) {
      const { name: TableName } = await createTable(aws)
      const token = randomUUID()
      await transact(aws, [{ Put: { TableName, Item: item('a') } }], token)
      await refused(transact(aws, [{ Put: { TableName, Item: item('b') } }], token), {
        code: 'IdempotentParameterMismatchException',
        status: 400,
      })
    },
  },
  {
    id: 'own-ddb-transaction-token-expires',
    sentence: 'A transaction’s token is remembered for ten minutes.',
    source: `${api}API_TransactWriteItems.html`,
    movesTime: true,
    async run(aws) {
      const { name: TableName, get } = await createTable(aws)
      const token = randomUUID()
      await transact(aws, [{ Put: { TableName, Item: item('a') } }], token)
      await aws.advance(601)
      await transact(aws, [{ Put: { TableName, Item: item('b') } }], token)
      assert.deepEqual(await get(item('b')), item('b'))
    },
  },
  {
    id: 'own-ddb-transaction-hundred',
    sentence: 'A transaction has at most 100 actions.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html',
    async run(aws) {
      const { name: TableName } = await createTable(aws)
      const put = (_: unknown, i: number): TransactWriteItem => ({ Put: { TableName, Item: item(`k${i}`) } })
      await transact(aws, Array.from({ length: 100 }, put))
      await refused(transact(aws, Array.from({ length: 101 }, put)), {
        code: 'ValidationException',
        status: 400,
        message: /Member must have length less than or equal to 100/,
      })
    },
  },
  {
    id: 'own-ddb-transaction-get',
    sentence: 'TransactGetItems answers in the order asked, with an empty response for what is missing.',
    source: `${api}API_TransactGetItems.html`,
    async run(aws) {
      const { name: TableName, put } = await createTable(aws)
      await put(item('a'))
      await put(item('b'))
      const TransactItems = ['b', 'missing', 'a'].map((id) => ({ Get: { TableName, Key: item(id) } }))
      const { Responses } = await aws.clients.dynamodb.send(new TransactGetItemsCommand({ TransactItems }))
      assert.deepEqual(Responses, [{ Item: item('b') }, {}, { Item: item('a') }])
    },
  },
]

function transact({ clients: { dynamodb } }: ContractEnvironment, TransactItems: TransactWriteItem[], token?: string) {
  return dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: token }))
}
