import assert from 'node:assert/strict'
import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createTable, item } from './table.ts'

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/'
const invalid = { code: 'ValidationException', status: 400 }

/** Conditions, projections, filters and values, beyond the fixture. */
export const expressions: readonly OwnBehaviourTest[] = [
  {
    id: 'own-ddb-reserved-word',
    sentence: 'A reserved word needs a name placeholder.',
    source: `${guide}ReservedWords.html`,
    async run(aws) {
      const table = await createTable(aws)
      await refused(table.update(item('a'), 'SET name = :a', { ExpressionAttributeValues: { ':a': { S: 'a' } } }), {
        ...invalid,
        message: 'Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name',
      })
    },
  },
  {
    id: 'own-ddb-undefined-value',
    sentence: 'A value placeholder that is not defined is an error that names it.',
    source: `${guide}Expressions.ExpressionAttributeValues.html`,
    async run(aws) {
      const table = await createTable(aws)
      const condition = { ConditionExpression: 'k = :missing', ExpressionAttributeValues: { ':other': { S: 'a' } } }
      await refused(table.put(item('a'), condition), {
        ...invalid,
        message:
          'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :missing',
      })
    },
  },
  {
    id: 'own-ddb-condition-functions',
    sentence: 'Conditions know existence, type, prefix, containment, size, ranges, lists and their combinations.',
    source: `${guide}Expressions.OperatorsAndFunctions.html`,
    async run(aws) {
      const table = await createTable(aws)
      const stored = item('a', {
        n: { N: '10' },
        s: { S: 'hello' },
        set: { SS: ['x', 'y'] },
        m: { M: { k: { L: [{ N: '7' }] } } },
      })
      await table.put(stored)
      const values = {
        ':five': { N: '5' },
        ':ten': { N: '10' },
        ':he': { S: 'he' },
        ':x': { S: 'x' },
        ':type': { S: 'N' },
        ':seven': { N: '7' },
      }
      const ConditionExpression = [
        'attribute_exists(n) AND attribute_not_exists(absent)',
        'attribute_type(n, :type) AND begins_with(s, :he) AND contains(#set, :x)',
        'size(s) = :five AND n BETWEEN :five AND :ten AND n IN (:five, :ten)',
        'm.k[0] = :seven AND NOT (n < :five OR n <> :ten)',
      ].join(' AND ')
      const condition = {
        ConditionExpression,
        ExpressionAttributeNames: { '#set': 'set' },
        ExpressionAttributeValues: values,
      }
      await table.put(stored, condition)
    },
  },
  {
    id: 'own-ddb-projection',
    sentence: 'A projection cuts documents and lists, and leaves out what is not there.',
    source: `${guide}Expressions.ProjectionExpressions.html`,
    async run(aws) {
      const table = await createTable(aws)
      await table.put(
        item('a', { m: { M: { x: { N: '1' }, y: { N: '2' } } }, l: { L: [{ S: '0' }, { S: '1' }, { S: '2' }] } }),
      )
      const ask = { TableName: table.name, Key: item('a'), ProjectionExpression: 'm.y, l[2], absent' }
      const { Item } = await aws.clients.dynamodb.send(new GetItemCommand(ask))
      assert.deepEqual(Item, { m: { M: { y: { N: '2' } } }, l: { L: [{ S: '2' }] } })
    },
  },
  {
    id: 'own-ddb-filter-counts',
    sentence: 'A filter is applied after the read: ScannedCount counts what it dropped.',
    source: `${guide}Scan.html`,
    async run(aws) {
      const table = await createTable(aws)
      for (const n of ['1', '2', '3', '4']) await table.put(item(n, { n: { N: n } }))
      const ask = { FilterExpression: 'n > :two', ExpressionAttributeValues: { ':two': { N: '2' } } }
      const { Count, ScannedCount } = await aws.clients.dynamodb.send(
        new ScanCommand({ TableName: table.name, ...ask }),
      )
      assert.deepEqual([Count, ScannedCount], [2, 4])
    },
  },
  {
    id: 'own-ddb-numbers',
    sentence: 'Numbers keep 38 digits and lose only their dress.',
    source: `${guide}HowItWorks.NamingRulesDataTypes.html`,
    async run(aws) {
      const table = await createTable(aws)
      const given = { '0012.500': '12.5', '1e3': '1000', '-0': '0', ['9'.repeat(38)]: '9'.repeat(38) }
      for (const [N, expected] of Object.entries(given)) {
        await table.put(item('a', { n: { N } }))
        assert.deepEqual((await table.get(item('a')))?.n, { N: expected }, N)
      }
      await refused(table.put(item('a', { n: { N: '1'.repeat(39) } })), {
        ...invalid,
        message: 'Attempting to store more than 38 significant digits in a Number',
      })
    },
  },
  {
    id: 'own-ddb-empty-values',
    sentence: 'An empty string may be stored, but not as a key; an empty set may not.',
    source: `${guide}HowItWorks.NamingRulesDataTypes.html`,
    async run(aws) {
      const table = await createTable(aws)
      await table.put(item('a', { empty: { S: '' } }))
      assert.deepEqual((await table.get(item('a')))?.empty, { S: '' })
      await refused(table.put(item('')), {
        ...invalid,
        message:
          'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
      })
      await refused(table.put(item('a', { set: { SS: [] } })), {
        ...invalid,
        message: 'One or more parameter values were invalid: An string set  may not be empty',
      })
    },
  },
]
