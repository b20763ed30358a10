import { createPlaceholders, type Placeholders } from '../../../../src/embedded/dynamodb/expressions/parameters.ts'
import type { Item } from '../../../../src/embedded/dynamodb/values/attribute-value.ts'
import { readItem } from '../../../../src/embedded/dynamodb/values/read-item.ts'

/** Placeholders as a request gives them, `#` and `:` left out. */
export function placeholders(
  values: Readonly<Record<string, unknown>> = {},
  names: Readonly<Record<string, string>> = {},
): Placeholders {
  return createPlaceholders(prefixed('#', names), prefixed(':', values))
}

export function item(attributes: Readonly<Record<string, unknown>>): Item {
  return readItem(attributes)
}

/** With ordinary prototypes, for deepEqual. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function prefixed<T>(prefix: string, members: Readonly<Record<string, T>>): Record<string, T> | undefined {
  const entries = Object.entries(members).map(([name, member]) => [prefix + name, member] as const)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}
