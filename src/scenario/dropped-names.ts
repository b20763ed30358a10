import type { Fault } from '../errors.ts'
import { showPath } from './faults.ts'
import { takesAnyKey } from './schema-walk.ts'
import type { z } from 'zod'

const DROPPED = '__proto__'

/** zod leaves this one name out of a record without a word: a threshold or header of that name would be gone. */
export function droppedNames(document: unknown, schema: z.core.$ZodType): Fault[] {
  const above = placesOf(document, [], new Set()).filter((path) => takesAnyKey(schema, path))
  return above.map((path) => ({ path: showPath([...path, DROPPED]), message: 'is no name that anything can have' }))
}

/** Paths of the objects that have a member of that name; what is met again is looked at once. */
function placesOf(value: unknown, path: readonly string[], seen: Set<object>): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const inner = Object.entries(value)
    .filter(([key, member]) => key !== DROPPED && typeof member === 'object')
    .flatMap(([key, member]) => placesOf(member, [...path, key], seen))
  return Object.hasOwn(value, DROPPED) ? [path, ...inner] : inner
}
