import assert from 'node:assert/strict'
import { type ReturnValue } from '@aws-sdk/client-dynamodb'
import type { OwnBehaviourTest } from '../behaviour.ts'
import { refused } from '../refused.ts'
import { createTable, type Item, item } from './table.ts'

const guide = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/'
const invalid = { code: 'ValidationException', status: 400 }

/** What an update expression does, beyond the fixture. */
export const updates: readonly OwnBehaviourTest[] = [
  {
    id: 'own-ddb-update-actions',
    sentence: 'SET, REMOVE, ADD and DELETE work on the item as it was before the update.',
    source: `${guide}Expressions.UpdateExpressions.html`,
    async run(aws) {
      const table = await createTable(aws)
      await table.put(
        item('a', { n: { N: '1' }, gone: { S: 'x' }, letters: { L: [{ S: 'a' }] }, set: { SS: ['a', 'b'] } }),
      )
      const expression =
        'SET n = n + :two, twin = n, letters = list_append(letters, :more), fresh = if_not_exists(fresh, :two) REMOVE gone ADD amount :two DELETE #set :b'
      const { Attributes } = await table.update(item('a'), expression, {
        ExpressionAttributeNames: { '#set': 'set' },
        ExpressionAttributeValues: { ':two': { N: '2' }, ':more': { L: [{ S: 'b' }] }, ':b': { SS: ['b'] } },
        ReturnValues: 'ALL_NEW',
      })
      const expected = item('a', {
        n: { N: '3' },
        twin: { N: '1' },
        letters: { L: [{ S: 'a' }, { S: 'b' }] },
        fresh: { N: '2' },
        amount: { N: '2' },
        set: { SS: ['a'] },
      })
      assert.deepEqual(Attributes, expected)
    },
  },
  {
    id: 'own-ddb-update-return-values',
    sentence: 'An update returns nothing, the old or new item, or the attributes it touched.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html',
    async run(aws) {
      const table = await createTable(aws)
      const expected: Record<ReturnValue, Item | undefined> = {
        NONE: undefined,
        ALL_OLD: item('a', { n: { N: '1' }, kept: { S: 'x' } }),
        ALL_NEW: item('a', { n: { N: '2' }, kept: { S: 'x' } }),
        UPDATED_OLD: { n: { N: '1' } },
        UPDATED_NEW: { n: { N: '2' } },
      }
      for (const [ReturnValues, attributes] of Object.entries(expected)) {
        await table.put(item('a', { n: { N: '1' }, kept: { S: 'x' } }))
        const { Attributes } = await table.update(item('a'), 'SET n = :two', {
          ExpressionAttributeValues: { ':two': { N: '2' } },
          ReturnValues: ReturnValues as ReturnValue,
        })
        assert.deepEqual(Attributes, attributes, ReturnValues)
      }
    },
  },
  {
    id: 'own-ddb-update-section-twice',
    sentence: 'A section occurs once in an update expression.',
    source: `${guide}Expressions.UpdateExpressions.html`,
    async run(aws) {
      const table = await createTable(aws)
      const values = { ExpressionAttributeValues: { ':one': { N: '1' }, ':a': { S: 'a' } } }
      await refused(table.update(item('a'), 'ADD x :one SET a = :a ADD y :one', values), {
        ...invalid,
        message: 'Invalid UpdateExpression: The "ADD" section can only be used once in an update expression;',
      })
    },
  },
  {
    id: 'own-ddb-update-key',
    sentence: 'An update cannot change the key.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html',
    async run(aws) {
      const table = await createTable(aws)
      await refused(table.update(item('a'), 'SET id = :b', { ExpressionAttributeValues: { ':b': { S: 'b' } } }), {
        ...invalid,
        message:
          'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
      })
    },
  },
  {
    id: 'own-ddb-update-overlap',
    sentence: 'Two paths of an update may not overlap.',
    source: `${guide}Expressions.UpdateExpressions.html`,
    async run(aws) {
      const table = await createTable(aws)
      const values = { ExpressionAttributeValues: { ':a': { S: 'a' } } }
      await refused(table.update(item('a'), 'SET m.x = :a, m = :a', values), {
        ...invalid,
        message:
          'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m]',
      })
    },
  },
]
