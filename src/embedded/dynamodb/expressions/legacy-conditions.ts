import type { Item } from '../values/attribute-value.ts'
import { toBoolean, toMap, toStructure, toText } from '../values/json-types.ts'
import { readValue } from '../values/read-item.ts'
import { invalid, ValidationError } from '../values/validation-error.ts'
import type { Condition } from './condition.ts'
import type { KeyCondition, RangeCondition } from './key-condition.ts'
import {
  createComparison,
  readOperator,
  readValues,
  type LegacyComparison,
  type LegacyOperator,
} from './legacy-comparison.ts'

/**
 * `Expected` with `ConditionalOperator`, as they are sent; without `Expected`, every item matches.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.Expected.html
 * Throws SerializationError or ValidationError.
 */
export function readExpected(expected: unknown, conditionalOperator: unknown): Condition {
  return combine(readMembers(expected, 'ExpectedAttributeValue', readExpectation), conditionalOperator)
}

/** `QueryFilter` or `ScanFilter` with `ConditionalOperator`; see readExpected. `member` is named in messages. */
export function readFilter(
  filter: unknown,
  conditionalOperator: unknown,
  member: 'queryFilter' | 'scanFilter' = 'queryFilter',
): Condition {
  const read = (raw: Raw, name: string): LegacyComparison => readCondition(raw, `${member}.${name}`)
  return combine(readMembers(filter, 'Condition', read), conditionalOperator)
}

/** `KeyConditions`; see readExpected. */
export function readKeyConditions(conditions: unknown): KeyCondition {
  const read = (raw: Raw, name: string): RangeCondition => {
    const { operator, values } = readCondition(raw, `keyConditions.${name}`)
    const keyOperator = keyOperators[operator]
    if (keyOperator !== undefined) return { operator: keyOperator, values }
    throw new ValidationError('Attempted conditional constraint is not an indexable operation')
  }
  const found = readMembers(conditions, 'Condition', read) ?? new Map<string, RangeCondition>()
  if (found.size !== 1 && found.size !== 2) throw new ValidationError('Conditions can be of length 1 or 2 only')
  return found
}

type Raw = Readonly<Record<string, unknown>>

const keyOperators: Partial<Record<LegacyOperator, RangeCondition['operator']>> = {
  EQ: '=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  BETWEEN: 'between',
  BEGINS_WITH: 'begins_with',
}

/** By attribute; undefined where the parameter is not there. */
function readMembers<T>(
  raw: unknown,
  className: string,
  readOne: (raw: Raw, name: string) => T,
): ReadonlyMap<string, T> | undefined {
  if (raw === undefined || raw === null) return undefined
  const javaName = `com.amazonaws.dynamodb.v20120810.${className}`
  const members = Object.entries(toMap(raw, javaName))
  return new Map(members.map(([name, member]) => [name, readOne(toStructure(member, javaName), name)]))
}

function readCondition(raw: Raw, where: string): LegacyComparison {
  const operator = readOperator(raw.ComparisonOperator, `${where}.member.comparisonOperator`)
  return createComparison(operator, readValues(raw.AttributeValueList))
}

function readExpectation(raw: Raw, name: string): LegacyComparison {
  const hasValue = isGiven(raw.Value)
  const hasList = isGiven(raw.AttributeValueList)
  if (hasList && hasValue) throw invalid(`Value and AttributeValueList cannot be used together for Attribute: ${name}`)
  if (isGiven(raw.ComparisonOperator)) {
    const operator = readOperator(raw.ComparisonOperator, `expected.${name}.member.comparisonOperator`)
    if (isGiven(raw.Exists)) {
      throw invalid(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`)
    }
    if (!hasList && !hasValue && operator !== 'NULL' && operator !== 'NOT_NULL') {
      throw invalid(
        `Value or AttributeValueList must be used with ComparisonOperator: ${operator} for Attribute: ${name}`,
      )
    }
    return createComparison(operator, hasValue ? [readValue(raw.Value)] : readValues(raw.AttributeValueList))
  }
  if (hasList) throw invalid(`AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`)
  return readExistence(raw, name)
}

/** The oldest form: a value to be equal to, or that there is none. */
function readExistence(raw: Raw, name: string): LegacyComparison {
  const exists = isGiven(raw.Exists) ? toBoolean(raw.Exists) : undefined
  const value = isGiven(raw.Value) ? readValue(raw.Value) : undefined
  if (exists === false) {
    if (value !== undefined) throw invalid(`Value cannot be used when Exists is false for Attribute: ${name}`)
    return createComparison('NULL', [])
  }
  if (value === undefined) {
    throw invalid(`Value must be provided when Exists is ${String(exists ?? null)} for Attribute: ${name}`)
  }
  return createComparison('EQ', [value])
}

function combine(
  comparisons: ReadonlyMap<string, LegacyComparison> | undefined,
  conditionalOperator: unknown,
): Condition {
  const tests = [...(comparisons ?? [])]
  const isOr = isGiven(conditionalOperator) && readConditionalOperator(conditionalOperator, comparisons?.size)
  const test =
    (item: Item | undefined) =>
    ([name, comparison]: (typeof tests)[number]): boolean =>
      comparison.matches(item?.[name])
  return {
    matches: (item) => (isOr ? tests.some(test(item)) : tests.every(test(item))),
    paths: tests.map(([name]) => [name]),
  }
}

/** Whether one condition is enough. */
function readConditionalOperator(raw: unknown, conditions: number | undefined): boolean {
  const operator = toText(raw)
  if (conditions === undefined) {
    throw new ValidationError('ConditionalOperator cannot be used without Filter or Expected')
  }
  if (conditions < 2) {
    throw new ValidationError('ConditionalOperator can only be used when Filter or Expected has two or more elements')
  }
  if (operator === 'OR' || operator === 'AND') return operator === 'OR'
  throw new ValidationError('Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]')
}

function isGiven(raw: unknown): boolean {
  return raw !== undefined && raw !== null
}
