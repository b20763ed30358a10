import type { AttributeType, AttributeValue, Item } from './attribute-value.ts'
import { toBinary, toBoolean, toList, toMap, toStructure, toText } from './json-types.ts'
import { canonicalNumber } from './numbers.ts'
import { readBinarySet, readNumberSet, readStringSet } from './read-set.ts'
import { invalid, ValidationError } from './validation-error.ts'

const attributeValueClass = 'com.amazonaws.dynamodb.v20120810.AttributeValue'

/** An attribute is level 1. */
const deepestLevel = 32

/**
 * An item (or a key, or another map of values) as the wire has it, checked and in canonical form.
 * Throws SerializationError for a wrong JSON type, ValidationError for what DynamoDB refuses.
 */
export function readItem(raw: unknown): Item {
  return readAttributes(raw, 1)
}

/** One value; see readItem. */
export function readValue(raw: unknown): AttributeValue {
  return readAt(raw, 1)
}

/** Throws ValidationError where a value that sits at `level` (1: an attribute) reaches too deep. */
export function checkDepth(value: AttributeValue, level: number): void {
  if (level > deepestLevel) throw tooDeep()
  if ('L' in value) for (const element of value.L) checkDepth(element, level + 1)
  if ('M' in value) for (const name in value.M) checkDepth(value.M[name], level + 1)
}

function readAttributes(raw: unknown, level: number): Item {
  const source = toMap(raw, attributeValueClass)
  const item = Object.create(null) as Record<string, AttributeValue>
  for (const name in source) {
    if (source[name] === null) continue
    if (name === '') throw new ValidationError('Empty attribute name')
    item[name] = readAt(source[name], level)
  }
  return item
}

function readAt(raw: unknown, level: number): AttributeValue {
  const source = toStructure(raw, attributeValueClass)
  if (level > deepestLevel) throw tooDeep()
  let value: AttributeValue | undefined
  let members = 0
  for (const type in source) {
    if (source[type] === null || !Object.hasOwn(readers, type)) continue
    members++
    value = readers[type as AttributeType](source[type], level)
  }
  if (value === undefined) {
    throw new ValidationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes')
  }
  if (members > 1) {
    throw new ValidationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    )
  }
  return value
}

const readers: Readonly<Record<AttributeType, (raw: unknown, level: number) => AttributeValue>> = {
  S: (raw) => ({ S: toText(raw) }),
  N: (raw) => ({ N: canonicalNumber(toText(raw)) }),
  B: (raw) => ({ B: toBinary(raw) }),
  BOOL: (raw) => ({ BOOL: toBoolean(raw) }),
  NULL: (raw) => {
    if (toBoolean(raw)) return { NULL: true }
    throw invalid('Null attribute value types must have the value of true')
  },
  L: (raw, level) => ({ L: toList(raw).map((element) => readAt(element, level + 1)) }),
  M: (raw, level) => ({ M: readAttributes(raw, level + 1) }),
  SS: (raw) => ({ SS: readStringSet(toList(raw).map(toText)) }),
  NS: (raw) => ({ NS: readNumberSet(toList(raw).map(toText)) }),
  BS: (raw) => ({ BS: readBinarySet(toList(raw).map(toBinary)) }),
}

function tooDeep(): ValidationError {
  return new ValidationError(
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  )
}
