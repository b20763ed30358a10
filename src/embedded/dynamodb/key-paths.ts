import type { Path } from './expressions/path.ts'
import { keyNames, type Table } from './table.ts'
import { ValidationError } from './values/validation-error.ts'

/** Nothing can be inside a key attribute. */
export function checkKeyPaths({ key, indexes }: Table, paths: readonly Path[]): void {
  if (paths.every((path) => path.length === 1)) return
  const nested = new Set(paths.filter((path) => path.length > 1).map(([name]) => name))
  refuse('Key', keyNames(key), nested)
  for (const index of indexes) refuse('IndexKey', keyNames(index.key), nested)
}

function refuse(what: string, names: readonly string[], nested: ReadonlySet<string>): void {
  const name = names.find((each) => nested.has(each))
  if (name === undefined) return
  throw new ValidationError(
    `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${what}: ${name}`,
  )
}
