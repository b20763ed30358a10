import type { AttributeValue } from '../values/attribute-value.ts'
import { toMap, toText } from '../values/json-types.ts'
import { readValue } from '../values/read-item.ts'
import { ValidationError } from '../values/validation-error.ts'
import { ExpressionError, type ExpressionLabel } from './expression-error.ts'

/** What `#name` and `:value` stand for in a request's expressions, and which of them no expression has asked for. */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>
  readonly #values: ReadonlyMap<string, AttributeValue>
  readonly #unusedNames: Set<string>
  readonly #unusedValues: Set<string>

  constructor(names: ReadonlyMap<string, string>, values: ReadonlyMap<string, AttributeValue>) {
    this.#names = names
    this.#values = values
    this.#unusedNames = new Set(names.keys())
    this.#unusedValues = new Set(values.keys())
  }

  name(label: ExpressionLabel, placeholder: string): string {
    const name = this.#names.get(placeholder)
    if (name === undefined) {
      throw new ExpressionError(
        label,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      )
    }
    this.#unusedNames.delete(placeholder)
    return name
  }

  value(label: ExpressionLabel, placeholder: string): AttributeValue {
    const value = this.#values.get(placeholder)
    if (value === undefined) {
      throw new ExpressionError(
        label,
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      )
    }
    this.#unusedValues.delete(placeholder)
    return value
  }

  /** Call it when all expressions of the request are parsed: throws ValidationError where one was given for nothing. */
  finish(): void {
    refuseUnused('ExpressionAttributeNames', this.#unusedNames)
    refuseUnused('ExpressionAttributeValues', this.#unusedValues)
  }
}

/**
 * Reads `ExpressionAttributeNames` and `ExpressionAttributeValues` as they are sent (undefined and null: none).
 * Throws SerializationError or ValidationError. Bad values are refused in the words of today's PutItem, UpdateItem,
 * DeleteItem and Query, which do not say which value it is.
 */
export function createPlaceholders(rawNames: unknown, rawValues: unknown): Placeholders {
  return new Placeholders(
    read('ExpressionAttributeNames', 'java.lang.String', rawNames, readName),
    read('ExpressionAttributeValues', 'com.amazonaws.dynamodb.v20120810.AttributeValue', rawValues, readValue),
  )
}

type Member = 'ExpressionAttributeNames' | 'ExpressionAttributeValues'

const placeholderSyntax: Readonly<Record<Member, RegExp>> = {
  ExpressionAttributeNames: /^#[0-9A-Za-z_]+$/,
  ExpressionAttributeValues: /^:[0-9A-Za-z_]+$/,
}

function read<T>(
  member: Member,
  valueClass: string,
  raw: unknown,
  readOne: (raw: unknown, placeholder: string) => T,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  if (raw === undefined || raw === null) return found
  const source = toMap(raw, valueClass)
  const placeholders = Object.keys(source)
  if (placeholders.length === 0) throw new ValidationError(`${member} must not be empty`)
  for (const placeholder of placeholders) {
    if (!placeholderSyntax[member].test(placeholder)) {
      throw new ValidationError(`${member} contains invalid key: Syntax error; key: "${placeholder}"`)
    }
  }
  for (const placeholder of placeholders) found.set(placeholder, readOne(source[placeholder], placeholder))
  return found
}

function readName(raw: unknown, placeholder: string): string {
  const name = toText(raw)
  if (name !== '') return name
  throw new ValidationError(
    `ExpressionAttributeNames contains invalid value: Empty attribute name for key ${placeholder}`,
  )
}

function refuseUnused(member: Member, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return
  throw new ValidationError(`Value provided in ${member} unused in expressions: keys: {${[...unused].join(', ')}}`)
}
