import type { Level } from './dynalite.ts'

/**
 * Finishes what a killed server had begun: dynalite turns CREATING into ACTIVE and drops DELETING by a timer, which
 * died with it, and such a table could neither be used nor deleted.
 */
export async function finishTables(db: Level): Promise<void> {
  for await (const [key, value] of db.iterator(prefixed('table~'))) {
    const table = value as { TableName: string; TableStatus: string; GlobalSecondaryIndexes?: object[] }
    if (table.TableStatus === 'CREATING' || table.TableStatus === 'UPDATING') {
      const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }))
      await db.put(key, { ...table, TableStatus: 'ACTIVE', ...(indexes && { GlobalSecondaryIndexes: indexes }) })
    } else if (table.TableStatus === 'DELETING') {
      for (const kind of ['item-', 'tag-', 'index-local~', 'index-global~']) {
        await db.clear(prefixed(`${kind}${table.TableName}~`))
      }
      await db.del(key)
    }
  }
}

function prefixed(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\xFF` }
}
