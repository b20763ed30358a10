import type { AttributeType, AttributeValue } from '../values/attribute-value.ts'
import { compareValues } from '../values/compare.ts'
import { toList, toText } from '../values/json-types.ts'
import { readValue } from '../values/read-item.ts'
import { typeOf } from '../values/type-of.ts'
import { invalid, ValidationError } from '../values/validation-error.ts'
import { areEqual, beginsWith, contains, isBetween, isOrdered } from './value-checks.ts'

type Check = (value: AttributeValue | undefined, given: readonly AttributeValue[]) => boolean

interface Rule {
  /** How many values it takes; undefined: one or more. */
  readonly values: number | undefined
  /** Undefined: of any type. */
  readonly types?: readonly AttributeType[]
  readonly check: Check
}

const ordered: readonly AttributeType[] = ['S', 'N', 'B']

/**
 * The comparison operators of the parameters that expressions have replaced.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Condition.html
 */
const rules = {
  IN: { values: undefined, types: ordered, check: (value, given) => given.some((one) => areEqual(value, one)) },
  NULL: { values: 0, check: (value) => value === undefined },
  BETWEEN: { values: 2, types: ordered, check: (value, [low, high]) => isBetween(value, low, high) },
  LT: { values: 1, types: ordered, check: (value, [given]) => isOrdered('<', value, given) },
  NOT_CONTAINS: {
    values: 1,
    types: ordered,
    check: (value, [given]) => value !== undefined && !contains(value, given),
  },
  EQ: { values: 1, check: (value, [given]) => areEqual(value, given) },
  GT: { values: 1, types: ordered, check: (value, [given]) => isOrdered('>', value, given) },
  NOT_NULL: { values: 0, check: (value) => value !== undefined },
  NE: { values: 1, check: (value, [given]) => !areEqual(value, given) },
  LE: { values: 1, types: ordered, check: (value, [given]) => isOrdered('<=', value, given) },
  BEGINS_WITH: { values: 1, types: ['S', 'B'], check: (value, [given]) => beginsWith(value, given) },
  GE: { values: 1, types: ordered, check: (value, [given]) => isOrdered('>=', value, given) },
  CONTAINS: { values: 1, types: ordered, check: (value, [given]) => contains(value, given) },
} as const satisfies Record<string, Rule>

export type LegacyOperator = keyof typeof rules

export interface LegacyComparison {
  readonly operator: LegacyOperator
  readonly values: readonly AttributeValue[]
  matches(value: AttributeValue | undefined): boolean
}

/** `where` names the operator's member in the message, as in `queryFilter.a.member.comparisonOperator`. */
export function readOperator(raw: unknown, where: string): LegacyOperator {
  const text = raw === undefined || raw === null ? undefined : toText(raw)
  if (text !== undefined && Object.hasOwn(rules, text)) return text as LegacyOperator
  const [shown, constraint] =
    text === undefined
      ? ['null', 'not be null']
      : [`'${text}'`, `satisfy enum value set: [${Object.keys(rules).join(', ')}]`]
  throw new ValidationError(
    `1 validation error detected: Value ${shown} at '${where}' failed to satisfy constraint: Member must ${constraint}`,
  )
}

export function readValues(raw: unknown): readonly AttributeValue[] {
  return raw === undefined || raw === null ? [] : toList(raw).map(readValue)
}

/** Throws ValidationError where the values do not fit the operator. */
export function createComparison(operator: LegacyOperator, values: readonly AttributeValue[]): LegacyComparison {
  const rule: Rule = rules[operator]
  if (rule.values === undefined ? values.length === 0 : values.length !== rule.values) {
    throw invalid(`Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  }
  if (values.some((value) => typeOf(value) !== typeOf(values[0]))) {
    throw invalid('AttributeValues inside AttributeValueList must be of same type')
  }
  const type = values.length === 0 ? undefined : typeOf(values[0])
  if (type !== undefined && rule.types?.includes(type) === false) {
    throw invalid(`ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`)
  }
  if (operator === 'BETWEEN' && compareValues(values[0], values[1])! > 0) {
    throw new ValidationError(
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    )
  }
  return { operator, values, matches: (value) => rule.check(value, values) }
}
