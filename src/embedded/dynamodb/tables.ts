import type { EmbeddedClock } from '../clock.ts'
import { arnOf, type World } from '../identity.ts'
import type { Store } from '../store.ts'
import { tableNotFound } from './errors.ts'
import { type Table, type TableDefinition, toIndexes, toKeySchema } from './table.ts'

export interface Counts {
  readonly items: number
  readonly bytes: number
}

/** The tables of a store. All are held in memory as well: they are few, and every request names one. */
export interface Tables {
  find(world: World, nameOrArn: string): Table | undefined
  /** Throws ResourceNotFoundException in the words of the operations on items. */
  use(world: World, nameOrArn: string): Table
  all(): Iterable<Table>
  /** Up to `limit` names behind `after`, in order. */
  names(world: World, after: string, limit: number): string[]
  /** An id for a table or an index, with counts of zero. Inside a transaction. */
  newId(): number
  create(world: World, name: string, definition: (id: number) => TableDefinition): Table
  save(table: Table, definition: TableDefinition): Table
  /** Writes a definition; the table it makes is to be adopted once that is committed. Inside a transaction. */
  replace(table: Table, definition: TableDefinition): Table
  /** From now on requests find this one. */
  adopt(table: Table): Table
  /** What the table held is removed later, by the sweep. */
  drop(table: Table): void
  /** Marks an index's entries for removal. Inside a transaction. */
  dropIndex(id: number): void
  /** Of a table or an index. */
  counts(id: number): Counts
}

interface Row {
  readonly id: number
  readonly account_id: string
  readonly region: string
  readonly name: string
  readonly created_ms: number
  readonly definition: string
}

const tableArn = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table\/([^/]+)$/

export function createTables({ database, transaction }: Store, clock: EmbeddedClock): Tables {
  const selectAll = database.prepare('select * from dynamodb_tables')
  const selectNames = database.prepare(
    'select name from dynamodb_tables where account_id = ? and region = ? and name > ? order by name limit ?',
  )
  const insertCounts = database.prepare('insert into dynamodb_counts (items, bytes) values (0, 0)')
  const insert = database.prepare('insert into dynamodb_tables values (?, ?, ?, ?, ?, ?)')
  const update = database.prepare('update dynamodb_tables set definition = ? where id = ?')
  const remove = database.prepare('delete from dynamodb_tables where id = ?')
  const insertDropped = database.prepare('insert into dynamodb_dropped values (?)')
  const selectCounts = database.prepare('select items, bytes from dynamodb_counts where id = ?')

  const byName = new Map<string, Table>()
  for (const row of selectAll.all()) hold(toTable(row as unknown as Row))

  /** Only what is committed. */
  function hold(table: Table): Table {
    byName.set(placeOf(table, table.name), table)
    return table
  }

  function find(world: World, nameOrArn: string): Table | undefined {
    const arn = nameOrArn.startsWith('arn:') ? tableArn.exec(nameOrArn) : null
    if (arn === null) return byName.get(placeOf(world, nameOrArn))
    return arn[1] === world.region && arn[2] === world.accountId ? byName.get(placeOf(world, arn[3])) : undefined
  }

  function newId(): number {
    return Number(insertCounts.run().lastInsertRowid)
  }

  function replace(table: Table, definition: TableDefinition): Table {
    update.run(JSON.stringify(definition), table.id)
    return { ...table, definition, indexes: toIndexes(definition) }
  }

  return {
    find,
    use(world, nameOrArn) {
      const table = find(world, nameOrArn)
      if (table === undefined) throw tableNotFound()
      return table
    },
    all: () => byName.values(),
    names: ({ accountId, region }, after, limit) =>
      selectNames.all(accountId, region, after, limit).map((row) => row['name'] as string),
    newId,
    create({ accountId, region }, name, define) {
      const createdMs = clock.now()
      const row = transaction(() => {
        const id = newId()
        const definition = JSON.stringify(define(id))
        insert.run(id, accountId, region, name, createdMs, definition)
        return { id, account_id: accountId, region, name, created_ms: createdMs, definition }
      })
      return hold(toTable(row))
    },
    save: (table, definition) => hold(transaction(() => replace(table, definition))),
    replace,
    adopt: hold,
    drop(table) {
      transaction(() => {
        remove.run(table.id)
        for (const { id } of [table, ...table.indexes]) insertDropped.run(id)
      })
      byName.delete(placeOf(table, table.name))
    },
    dropIndex: (id) => void insertDropped.run(id),
    counts: (id) => selectCounts.get(id) as unknown as Counts,
  }
}

function placeOf({ accountId, region }: World, name: string): string {
  return `${accountId}/${region}/${name}`
}

function toTable(row: Row): Table {
  const definition = JSON.parse(row.definition) as TableDefinition
  const world = { accountId: row.account_id, region: row.region }
  return {
    ...world,
    id: row.id,
    name: row.name,
    arn: arnOf(world, 'dynamodb', `table/${row.name}`),
    createdMs: row.created_ms,
    key: toKeySchema(definition.KeySchema, definition.AttributeDefinitions),
    indexes: toIndexes(definition),
    definition,
  }
}
