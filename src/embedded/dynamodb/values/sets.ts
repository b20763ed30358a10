import { compareBinaries, compareStrings } from './compare.ts'
import { compareNumbers } from './numbers.ts'

export type SetType = 'SS' | 'NS' | 'BS'

/** The order in which DynamoDB keeps and returns a set's members: strings and binaries by bytes, numbers by value. */
const order: Readonly<Record<SetType, (a: string, b: string) => number>> = {
  SS: compareStrings,
  NS: compareNumbers,
  BS: compareBinaries,
}

export function sortedSet(type: SetType, members: Iterable<string>): readonly string[] {
  return [...members].sort(order[type])
}

export function union(type: SetType, a: readonly string[], b: readonly string[]): readonly string[] {
  return sortedSet(type, new Set([...a, ...b]))
}

export function difference(a: readonly string[], b: readonly string[]): readonly string[] {
  const removed = new Set(b)
  return a.filter((member) => !removed.has(member))
}
