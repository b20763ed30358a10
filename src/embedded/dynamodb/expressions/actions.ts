import type { AttributeType, AttributeValue, Item } from '../values/attribute-value.ts'
import { add, subtract } from '../values/numbers.ts'
import { difference, union, type SetType } from '../values/sets.ts'
import { typeOf } from '../values/type-of.ts'
import { ValidationError } from '../values/validation-error.ts'

/** What becomes of the value at an action's path; undefined is no value. */
export type Change = (old: AttributeValue | undefined) => AttributeValue | undefined

/** A change, once all operands have been read from the item as it was before the update. */
export type Action = (before: Item) => Change

export const remove: Action = () => () => undefined

/** Adds to a number, or to a set's members; a missing one starts from nothing. Throws `mismatch` for other types. */
export function addTo(value: AttributeValue, mismatch: () => Error = wrongType): Change {
  return (old) => {
    if (old === undefined) return value
    if ('N' in value && 'N' in old) return { N: add(old.N, value.N) }
    const sets = asSets(old, value)
    if (sets === undefined) throw mismatch()
    return ofMembers(sets.type, union(sets.type, sets.old, sets.given))
  }
}

/** Takes members from a set; a set without members is no value. Throws `mismatch` for other types. */
export function deleteFrom(value: AttributeValue, mismatch: () => Error = wrongType): Change {
  return (old) => {
    if (old === undefined) return undefined
    const sets = asSets(old, value)
    if (sets === undefined) throw mismatch()
    const left = difference(sets.old, sets.given)
    return left.length === 0 ? undefined : ofMembers(sets.type, left)
  }
}

export function calculate(operator: '+' | '-', left: AttributeValue, right: AttributeValue): AttributeValue {
  if (!('N' in left && 'N' in right)) throw wrongType()
  return { N: operator === '+' ? add(left.N, right.N) : subtract(left.N, right.N) }
}

export function append(left: AttributeValue, right: AttributeValue): AttributeValue {
  if (!('L' in left && 'L' in right)) throw wrongType()
  return { L: [...left.L, ...right.L] }
}

interface Sets {
  readonly type: SetType
  readonly old: readonly string[]
  readonly given: readonly string[]
}

/** Undefined unless both are sets of one type. */
function asSets(old: AttributeValue, given: AttributeValue): Sets | undefined {
  if ('SS' in old && 'SS' in given) return { type: 'SS', old: old.SS, given: given.SS }
  if ('NS' in old && 'NS' in given) return { type: 'NS', old: old.NS, given: given.NS }
  if ('BS' in old && 'BS' in given) return { type: 'BS', old: old.BS, given: given.BS }
  return undefined
}

function ofMembers(type: SetType, members: readonly string[]): AttributeValue {
  if (type === 'SS') return { SS: members }
  return type === 'NS' ? { NS: members } : { BS: members }
}

function wrongType(): ValidationError {
  return new ValidationError('An operand in the update expression has an incorrect data type')
}

const typeNames: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
}

/** Why ADD or DELETE cannot have `value`; undefined where it can. */
export function whyNot(kind: 'ADD' | 'DELETE', value: AttributeValue): string | undefined {
  if ('SS' in value || 'NS' in value || 'BS' in value || (kind === 'ADD' && 'N' in value)) return undefined
  return (
    'Incorrect operand type for operator or function; ' +
    `operator: ${kind}, operand type: ${typeNames[typeOf(value)]}, typeSet: ALLOWED_FOR_${kind}_OPERAND`
  )
}
