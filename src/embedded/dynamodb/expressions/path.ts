import type { AttributeValue, Item } from '../values/attribute-value.ts'

/** Where a value sits in an item: the attribute's name, then map keys and list indexes (0 is the first). */
export type Path = readonly [string, ...(string | number)[]]

/** As DynamoDB's messages show it: `[a, b, [0]]`. */
export function formatPath(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${String(step)}]` : step)).join(', ')}]`
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, i) => step === b[i])
}

/** The value at `path`; undefined where there is none. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = item[path[0]]
  for (let i = 1; i < path.length && value !== undefined; i++) value = childOf(value, path[i])
  return value
}

function childOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined
  return 'M' in value ? value.M[step] : undefined
}
