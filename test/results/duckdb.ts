import type { TestContext } from 'node:test'
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'

/** Runs one statement and answers its columns: the reader our files are checked against. */
export type Query = (sql: string) => Promise<DuckDBValue[][]>

/** A DuckDB in memory that is closed when the test ends. */
export async function openDuckDb(t: TestContext): Promise<Query> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  t.after(() => {
    connection.closeSync()
    instance.closeSync()
  })
  return async (sql) => (await connection.runAndReadAll(sql)).getColumns()
}
