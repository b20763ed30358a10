import type { AttributeValue, Item } from './values/attribute-value.ts'

/** An item and the bytes it counts for. */
export interface Stored {
  readonly item: Item
  readonly size: number
}

/** Parses what the store keeps, with no prototypes: an attribute called `constructor` must not be found by accident. */
export function parseItem(json: string): Item {
  return bare(JSON.parse(json) as Item)
}

function bare(item: Item): Item {
  Object.setPrototypeOf(item, null)
  for (const name in item) bareValue(item[name])
  return item
}

function bareValue(value: AttributeValue): void {
  if ('M' in value) bare(value.M)
  else if ('L' in value) for (const element of value.L) bareValue(element)
}
