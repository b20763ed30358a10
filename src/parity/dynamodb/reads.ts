import assert from 'node:assert/strict'
import { ExecuteStatementCommand, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createTable, indexedByColour, item } from './table.ts'

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/'
const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/'
const invalid = { code: 'ValidationException', status: 400 }

/** Reads by key, by index and in pages, and what they cost, beyond the fixture. */
export const reads: readonly OwnBehaviourTest[] = [
  {
    id: 'own-ddb-query-needs-the-key',
    sentence: 'A query needs its partition key, by equality.',
    source: `${api}API_Query.html`,
    async run(aws) {
      const table = await createTable(aws, { id: 'S', sort: 'S' })
      const values = { ExpressionAttributeValues: { ':v': { S: 'v' } } }
      await refused(table.query({ KeyConditionExpression: 'sort = :v', ...values }), {
        ...invalid,
        message: 'Query condition missed key schema element: id',
      })
      await refused(table.query({ KeyConditionExpression: 'id > :v', ...values }), {
        ...invalid,
        message: 'Query key condition not supported',
      })
    },
  },
  {
    id: 'own-ddb-query-ranges',
    sentence: 'A query takes ranges and prefixes of the sort key, forward and back, numbers by value.',
    source: `${api}API_Query.html`,
    async run(aws) {
      const table = await createTable(aws, { id: 'S', sort: 'N' })
      for (const N of ['10', '9', '100', '-1']) await table.put(item('p', { sort: { N } }))
      const sorts = async (condition: string, ScanIndexForward: boolean) => {
        const KeyConditionExpression = `id = :p AND ${condition}`
        const ExpressionAttributeValues = { ':p': { S: 'p' }, ':low': { N: '0' }, ':high': { N: '50' } }
        const used = Object.entries(ExpressionAttributeValues).filter(([name]) => KeyConditionExpression.includes(name))
        const values = Object.fromEntries(used)
        const found = await table.query({ KeyConditionExpression, ExpressionAttributeValues: values, ScanIndexForward })
        return found.Items?.map(({ sort }) => sort.N)
      }
      assert.deepEqual(await sorts('sort BETWEEN :low AND :high', true), ['9', '10'])
      assert.deepEqual(await sorts('sort >= :low', false), ['100', '10', '9'])
    },
  },
  {
    id: 'own-ddb-global-index',
    sentence: 'A global index holds the items that have its keys, and what it projects.',
    source: `${guide}GSI.html`,
    async run(aws) {
      const table = await createTable(aws, { id: 'S' }, indexedByColour)
      const red = (id: string, N: string) => item(id, { colour: { S: 'red' }, size: { N }, more: { S: 'x' } })
      await table.put(red('a', '2'))
      await table.put(red('b', '1'))
      await table.put(item('without'))
      const ask = {
        IndexName: 'by-colour',
        KeyConditionExpression: 'colour = :red',
        ExpressionAttributeValues: { ':red': { S: 'red' } },
      }
      await aws.eventually(async () => {
        const { Items } = await table.query(ask)
        assert.deepEqual(Items, [
          { id: { S: 'b' }, colour: { S: 'red' }, size: { N: '1' } },
          { id: { S: 'a' }, colour: { S: 'red' }, size: { N: '2' } },
        ])
      })
      await refused(table.query({ ...ask, ConsistentRead: true }), {
        ...invalid,
        message: 'Consistent reads are not supported on global secondary indexes',
      })
    },
  },
  {
    id: 'own-ddb-scan-segments',
    sentence: 'The segments of a parallel scan share the items out.',
    source: `${guide}Scan.html`,
    async run(aws) {
      const table = await createTable(aws)
      const all = Array.from({ length: 20 }, (_, i) => `k${i}`)
      for (const id of all) await table.put(item(id))
      const found: string[] = []
      for (const Segment of [0, 1, 2]) {
        const call = new ScanCommand({ TableName: table.name, Segment, TotalSegments: 3 })
        for (const { id } of (await aws.clients.dynamodb.send(call)).Items ?? []) found.push(id.S!)
      }
      assert.deepEqual(found.sort(), all.sort())
    },
  },
  {
    id: 'own-ddb-page-of-a-megabyte',
    sentence: 'A page ends at 1 MB, and the next one goes on.',
    source: `${guide}Query.Pagination.html`,
    async run(aws) {
      const table = await createTable(aws, { id: 'S', sort: 'N' })
      const data = { S: 'x'.repeat(300_000) }
      for (const N of ['1', '2', '3', '4', '5']) await table.put(item('p', { sort: { N }, data }))
      const all = { KeyConditionExpression: 'id = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } }
      const first = await table.query(all)
      assert.ok(first.Count === 3 || first.Count === 4, `1 MB is three of these and a half, got ${first.Count}`)
      const rest = await table.query({ ...all, ExclusiveStartKey: first.LastEvaluatedKey })
      assert.deepEqual([rest.Count, rest.LastEvaluatedKey], [5 - first.Count, undefined])
    },
  },
  {
    id: 'own-ddb-capacity',
    sentence: 'Consumed capacity counts 4 KB read and 1 KB written, half for eventual reads, in full for indexes.',
    source: `${guide}read-write-operations.html`,
    async run(aws) {
      const table = await createTable(aws, { id: 'S' }, indexedByColour)
      const big = item('a', { colour: { S: 'red' }, size: { N: '1' }, data: { S: 'x'.repeat(5_000) } })
      const put = await table.put(big, { ReturnConsumedCapacity: 'INDEXES' })
      assert.equal(put.ConsumedCapacity?.Table?.CapacityUnits, 5)
      assert.equal(put.ConsumedCapacity.GlobalSecondaryIndexes?.['by-colour'].CapacityUnits, 1)
      assert.equal(put.ConsumedCapacity.CapacityUnits, 6)
      const read = async (ConsistentRead: boolean) => {
        const ask = { TableName: table.name, Key: item('a'), ConsistentRead, ReturnConsumedCapacity: 'TOTAL' as const }
        return (await aws.clients.dynamodb.send(new GetItemCommand(ask))).ConsumedCapacity?.CapacityUnits
      }
      assert.deepEqual([await read(true), await read(false)], [2, 1])
    },
  },
  {
    id: 'own-ddb-partiql',
    sentence: 'A PartiQL statement selects items by key.',
    source: `${guide}ql-reference.html`,
    needs: 'partiql',
    async run(aws) {
      const table = await createTable(aws)
      await table.put(item('a', { n: { N: '1' } }))
      const Statement = `SELECT n FROM "${table.name}" WHERE id = ?`
      const call = new ExecuteStatementCommand({ Statement, Parameters: [{ S: 'a' }] })
      assert.deepEqual((await aws.clients.dynamodb.send(call)).Items, [{ n: { N: '1' } }])
    },
  },
]
