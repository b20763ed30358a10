import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Dynamo, dynamo, indexes, type Item, type Json, makeTable } from './dynamo.ts'

const small = fc.constantFrom('a', 'b', 'c')
const itemKey = fc.record({ p: small, s: small })
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key: itemKey, g: fc.option(small), r: fc.option(small) }),
  fc.record({ do: fc.constant('update' as const), key: itemKey, g: fc.option(small), extra: small }),
  fc.record({ do: fc.constant('delete' as const), key: itemKey }),
)
const toItem = (attributes: Record<string, string | null>): Item =>
  Object.fromEntries(Object.entries(attributes).flatMap(([name, S]) => (S === null ? [] : [[name, { S }]])))

/** All items through table or index, one at a time, so that every paging key is used. */
async function scanOneByOne(db: Dynamo, IndexName?: string): Promise<Item[]> {
  const found: Item[] = []
  let from: unknown
  do {
    const page: Json = await db.ok('Scan', { TableName: 'things', IndexName, Limit: 1, ExclusiveStartKey: from })
    found.push(...(page['Items'] as Item[]))
    from = page['LastEvaluatedKey']
  } while (from !== undefined)
  return found
}

/** One text for each item, whatever the order of items and attributes. */
const inOrder = (items: readonly Item[]): string[] =>
  items
    .map((item) =>
      JSON.stringify(
        Object.fromEntries(
          Object.keys(item)
            .sort()
            .map((name) => [name, item[name]]),
        ),
      ),
    )
    .sort()

test('whatever is written, table, indexes and counts show exactly the items there are', async (t) => {
  const db = await dynamo(t)
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      if ((round += 1) > 1) await db.ok('DeleteTable', { TableName: 'things' })
      await makeTable(db, 'things', indexes('INCLUDE'))
      const model = new Map<string, Item>()
      for (const action of steps) {
        const Key = toItem(action.key)
        const place = JSON.stringify(Key)
        if (action.do === 'put') {
          const Item = toItem({ ...action.key, g: action.g, r: action.r, other: 'o' })
          await db.ok('PutItem', { TableName: 'things', Item })
          model.set(place, Item)
        } else if (action.do === 'delete') {
          await db.ok('DeleteItem', { TableName: 'things', Key })
          model.delete(place)
        } else {
          await db.ok('UpdateItem', {
            TableName: 'things',
            Key,
            UpdateExpression: action.g === null ? 'SET extra = :e REMOVE g' : 'SET extra = :e, g = :g',
            ExpressionAttributeValues: {
              ':e': { S: action.extra },
              ...(action.g !== null && { ':g': { S: action.g } }),
            },
          })
          const { g: _, ...before } = model.get(place) ?? Key
          model.set(place, { ...before, ...toItem({ g: action.g, extra: action.extra }) })
        }
      }
      const items = [...model.values()]
      const bytesOf = (item: Item) =>
        Object.entries(item).reduce((sum, [name, value]) => sum + name.length + value.S!.length, 0)
      const sum = (of: Item[]) => of.reduce((total, item) => total + bytesOf(item), 0)
      const { Table } = (await db.ok('DescribeTable', { TableName: 'things' })) as { Table: Record<string, Json[]> }
      assert.deepEqual([Table['ItemCount'], Table['TableSizeBytes']], [items.length, sum(items)])
      assert.deepEqual(inOrder(await scanOneByOne(db)), inOrder(items))
      for (const [kind, name, needs] of [
        ['GlobalSecondaryIndexes', 'by-g', ['g', 'r']],
        ['LocalSecondaryIndexes', 'by-r', ['r']],
      ] as const) {
        const shown = items
          .filter((item) => needs.every((attribute) => attribute in item))
          .map((item) =>
            Object.fromEntries(
              Object.entries(item).filter(([attribute]) => ['p', 's', 'extra', ...needs].includes(attribute)),
            ),
          )
        assert.deepEqual(inOrder(await scanOneByOne(db, name)), inOrder(shown))
        const { ItemCount, IndexSizeBytes } = Table[kind].find((index) => index['IndexName'] === name)!
        assert.deepEqual([ItemCount, IndexSizeBytes], [shown.length, sum(shown)])
      }
    }),
    { numRuns: 25 },
  )
})
