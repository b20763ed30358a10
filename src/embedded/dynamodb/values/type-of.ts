import type { AttributeType, AttributeValue } from './attribute-value.ts'

/** Which member a value has. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType
  throw new Error('An attribute value without a member cannot have come through readItem')
}
