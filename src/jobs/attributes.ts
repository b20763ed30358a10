import type { AttributeValue } from '@aws-sdk/client-dynamodb'

import type { Clock } from '../clock.ts'

export type Item = Record<string, AttributeValue>
export type Scalar = string | number

/** Our items hold strings and numbers only, so three lines do what a marshalling library would. */
export function toAttribute(value: Scalar): AttributeValue {
  return typeof value === 'number' ? { N: String(value) } : { S: value }
}

export function text(item: Item, name: string): string | undefined {
  return item[name]?.S
}

export function number(item: Item, name: string): number | undefined {
  const value = item[name]?.N
  return value === undefined ? undefined : Number(value)
}

const KEPT_SECONDS = 14 * 24 * 3600

/** When an item written now expires by DynamoDB's TTL: seconds since the epoch, under the attribute `expires_at`. */
export function expiresAt(clock: Clock): number {
  return Math.floor(clock.now() / 1000) + KEPT_SECONDS
}

/** `SET` of the given attributes; undefined ones are left as they are. Every name is aliased: many are reserved words. */
export function setExpression(attributes: Readonly<Record<string, Scalar | undefined>>) {
  const sets: string[] = []
  const names: Record<string, string> = {}
  const values: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue
    sets.push(`#${name} = :${name}`)
    names[`#${name}`] = name
    values[`:${name}`] = toAttribute(value)
  }
  return {
    UpdateExpression: `SET ${sets.join(', ')}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  }
}
