import assert from 'node:assert/strict'
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createTable, indexedByColour, item, tableKeys } from './table.ts'

const api = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/'
const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/'
const recorded = 'LocalStack tests/aws/services/dynamodb/test_dynamodb.py::TestDynamoDB::'
const invalid = { code: 'ValidationException', status: 400 }

/** Tables, the types of their keys, and what expires, beyond the fixture. */
export const tables: readonly OwnBehaviourTest[] = [
  {
    id: 'own-ddb-table-exists',
    sentence: 'A table’s name is taken once.',
    source: `${recorded}test_create_duplicate_table`,
    async run(aws) {
      const { name: TableName } = await createTable(aws)
      const again = new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...tableKeys({ id: 'S' }) })
      await refused(aws.clients.dynamodb.send(again), {
        code: 'ResourceInUseException',
        status: 400,
        message: `Table already exists: ${TableName}`,
      })
    },
  },
  {
    id: 'own-ddb-table-missing',
    sentence: 'Items of a missing table and the table itself are missing in words of their own.',
    source: `${recorded}test_batch_write_not_existing_table`,
    async run(aws) {
      const TableName = aws.name()
      const { dynamodb } = aws.clients
      await refused(dynamodb.send(new GetItemCommand({ TableName, Key: item('a') })), {
        code: 'ResourceNotFoundException',
        status: 400,
        message: 'Requested resource not found',
      })
      await refused(dynamodb.send(new DescribeTableCommand({ TableName })), {
        code: 'ResourceNotFoundException',
        status: 400,
        message: `Requested resource not found: Table: ${TableName} not found`,
      })
    },
  },
  {
    id: 'own-ddb-table-capacity-on-demand',
    sentence: 'An on-demand table takes no capacity units.',
    source: `${recorded}test_dynamodb_pay_per_request`,
    async run(aws) {
      const call = new CreateTableCommand({
        TableName: aws.name(),
        BillingMode: 'PAY_PER_REQUEST',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
        ...tableKeys({ id: 'S' }),
      })
      await refused(aws.clients.dynamodb.send(call), {
        ...invalid,
        message:
          'One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      })
    },
  },
  {
    id: 'own-ddb-key-type',
    sentence: 'A key attribute of another type is refused by name.',
    source: `${api}API_PutItem.html`,
    async run(aws) {
      const table = await createTable(aws)
      await refused(table.put({ id: { N: '1' } }), {
        ...invalid,
        message: 'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
      })
      await refused(table.put({ other: { S: 'a' } }), {
        ...invalid,
        message: 'One or more parameter values were invalid: Missing the key id in the item',
      })
    },
  },
  {
    id: 'own-ddb-index-key-type',
    sentence: 'An item whose index key has another type is refused.',
    source: `${guide}GSI.html`,
    async run(aws) {
      const table = await createTable(aws, { id: 'S' }, indexedByColour)
      await refused(table.put(item('a', { colour: { N: '1' }, size: { N: '1' } })), {
        ...invalid,
        message:
          'One or more parameter values were invalid: Type mismatch for Index Key colour Expected: S Actual: N IndexName: by-colour',
      })
    },
  },
  {
    id: 'own-ddb-expiry',
    sentence: 'An expired item goes, in a while, from tables that name the attribute.',
    source: `${guide}TTL.html`,
    movesTime: true,
    async run(aws) {
      const table = await createTable(aws)
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' }
      const { dynamodb } = aws.clients
      await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: table.name, TimeToLiveSpecification }))
      const described = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: table.name }))
      assert.equal(described.TimeToLiveDescription?.AttributeName, 'expires')
      const now = Math.floor(aws.now() / 1000)
      await table.put(item('soon', { expires: { N: String(now + 60) } }))
      await table.put(item('text', { expires: { S: String(now + 60) } }))
      await aws.advance(60 * 24 * 3600)
      await aws.eventually(async () => assert.equal(await table.get(item('soon')), undefined))
      assert.ok(await table.get(item('text')), 'only numbers are times')
    },
  },
  {
    id: 'own-ddb-streams',
    sentence: 'A table with a stream tells the stream’s ARN.',
    source: `${recorded}test_batch_write_items_streaming`,
    needs: 'streams',
    async run(aws) {
      const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const }
      const { name: TableName } = await createTable(aws, { id: 'S' }, { StreamSpecification })
      const { Table } = await aws.clients.dynamodb.send(new DescribeTableCommand({ TableName }))
      assert.deepEqual(Table?.StreamSpecification, StreamSpecification)
      assert.ok(Table.LatestStreamArn?.startsWith(`${Table.TableArn}/stream/`))
    },
  },
]
