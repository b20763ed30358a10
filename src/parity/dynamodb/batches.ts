import assert from 'node:assert/strict'
import { BatchGetItemCommand, BatchWriteItemCommand, ScanCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import type { BehaviourTest } from '../behaviour.ts'
import type { ContractEnvironment } from '../contract-environment.ts'
import { refused } from '../refused.ts'
import { createTable, item, type Table } from './table.ts'

/** Many items in one call. */
export const batches: readonly BehaviourTest[] = [
  {
    id: 'ddb-004',
    async run(aws) {
      const table = await createTable(aws)
      const { UnprocessedItems } = await write(aws, table, puts(3))
      assert.deepEqual(UnprocessedItems, {})
    },
  },
  {
    id: 'ddb-005',
    async run(aws) {
      const table = await createTable(aws, { id: 'S', sort: 'S' })
      await refused(write(aws, table, [{ PutRequest: { Item: { other: { S: 'a' } } } }]), {
        code: 'ValidationException',
        status: 400,
        message: 'The provided key element does not match the schema',
      })
    },
  },
  {
    id: 'ddb-007',
    async run(aws) {
      const table = await createTable(aws)
      const RequestItems = { [table.name]: { Keys: [item('missing')] } }
      const { Responses, UnprocessedKeys } = await aws.clients.dynamodb.send(new BatchGetItemCommand({ RequestItems }))
      assert.deepEqual(Responses, { [table.name]: [] })
      assert.deepEqual(UnprocessedKeys, {})
    },
  },
  {
    id: 'ddb-008',
    async run(aws) {
      const table = await createTable(aws)
      await refused(write(aws, table, puts(26)), {
        code: 'ValidationException',
        status: 400,
        message: /Member must have length less than or equal to 25/,
      })
      const { Count } = await aws.clients.dynamodb.send(new ScanCommand({ TableName: table.name }))
      assert.equal(Count, 0, 'nothing should be written')
    },
  },
  {
    id: 'ddb-009',
    async run(aws) {
      const table = await createTable(aws)
      const refusal = {
        code: 'ValidationException',
        status: 400,
        message: 'Provided list of item keys contains duplicates',
      }
      const twice = ['first', 'second'].map((S) => ({ PutRequest: { Item: item('same', { value: { S } }) } }))
      await refused(write(aws, table, twice), refusal)
      const RequestItems = { [table.name]: { Keys: [item('same'), item('same')] } }
      await refused(aws.clients.dynamodb.send(new BatchGetItemCommand({ RequestItems })), refusal)
    },
  },
  {
    id: 'ddb-010',
    async run(aws) {
      const [first, second] = await Promise.all([createTable(aws), createTable(aws)])
      const keys = (count: number) => ({ Keys: Array.from({ length: count }, (_, i) => item(`k${i}`)) })
      const RequestItems = { [first.name]: keys(100), [second.name]: keys(1) }
      await refused(aws.clients.dynamodb.send(new BatchGetItemCommand({ RequestItems })), {
        code: 'ValidationException',
        status: 400,
        message: 'Too many items requested for the BatchGetItem call',
      })
    },
  },
]

function puts(count: number): WriteRequest[] {
  return Array.from({ length: count }, (_, i) => ({ PutRequest: { Item: item(`k${i}`) } }))
}

function write({ clients: { dynamodb } }: ContractEnvironment, { name }: Table, requests: WriteRequest[]) {
  return dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }))
}
