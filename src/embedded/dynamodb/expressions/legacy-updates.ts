import type { AttributeType, AttributeValue } from '../values/attribute-value.ts'
import { toMap, toStructure, toText } from '../values/json-types.ts'
import { readValue } from '../values/read-item.ts'
import { typeOf } from '../values/type-of.ts'
import { invalid, ValidationError } from '../values/validation-error.ts'
import { addTo, deleteFrom, remove, type Action } from './actions.ts'
import type { Path } from './path.ts'
import { createUpdate, type Update } from './update.ts'

const updateClass = 'com.amazonaws.dynamodb.v20120810.AttributeValueUpdate'
const actionNames = ['ADD', 'PUT', 'DELETE'] as const
const sets: readonly AttributeType[] = ['SS', 'NS', 'BS']

/**
 * `AttributeUpdates`, as they are sent.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html
 * Throws SerializationError or ValidationError.
 */
export function readAttributeUpdates(updates: unknown): Update {
  const actions = Object.entries(toMap(updates, updateClass)).map(([name, raw]): readonly [Path, Action] => [
    [name],
    readAction(toStructure(raw, updateClass), name),
  ])
  return createUpdate(actions, (reason) => new Error(reason))
}

function readAction(raw: Readonly<Record<string, unknown>>, name: string): Action {
  const value = raw.Value === undefined || raw.Value === null ? undefined : readValue(raw.Value)
  const action = readActionName(raw.Action, name)
  if (value === undefined) {
    if (action === 'DELETE') return remove
    throw invalid('Only DELETE action is allowed when no attribute value is specified')
  }
  if (action === 'PUT') return () => () => value
  const type = typeOf(value)
  if (action === 'DELETE') {
    if (!sets.includes(type)) throw invalid(`DELETE action with value is not supported for the type ${type}`)
    return () => deleteFrom(value, typeMismatch)
  }
  if (type === 'L') return () => appendTo(value)
  if (type !== 'N' && !sets.includes(type)) throw invalid(`ADD action is not supported for the type ${type}`)
  return () => addTo(value, typeMismatch)
}

function readActionName(raw: unknown, name: string): (typeof actionNames)[number] {
  const text = raw === undefined || raw === null ? 'PUT' : toText(raw)
  const known = actionNames.find((action) => action === text)
  if (known !== undefined) return known
  throw new ValidationError(
    `1 validation error detected: Value '${text}' at 'attributeUpdates.${name}.member.action' ` +
      `failed to satisfy constraint: Member must satisfy enum value set: [${actionNames.join(', ')}]`,
  )
}

function appendTo(value: AttributeValue): (old: AttributeValue | undefined) => AttributeValue {
  return (old) => {
    if (old === undefined) return value
    if ('L' in old && 'L' in value) return { L: [...old.L, ...value.L] }
    throw typeMismatch()
  }
}

function typeMismatch(): ValidationError {
  return new ValidationError('Type mismatch for attribute to update')
}
