import type { AttributeValue } from '../values/attribute-value.ts'
import { ValidationError } from '../values/validation-error.ts'
import type { Test } from './bind-test.ts'
import { Binding } from './binding.ts'
import { bindCondition, type BoundCondition } from './bound-condition.ts'
import { parseConditionSyntax } from './condition-grammar.ts'
import type { Placeholders } from './parameters.ts'

export interface RangeCondition {
  readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'between' | 'begins_with'
  /** One, or the two bounds of `between`. */
  readonly values: readonly AttributeValue[]
}

/** By attribute name. */
export type KeyCondition = ReadonlyMap<string, RangeCondition>

/**
 * Throws ExpressionError or ValidationError, with DynamoDB's text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
export function parseKeyCondition(text: string, placeholders: Placeholders): KeyCondition {
  const binding = new Binding('KeyConditionExpression', placeholders)
  const bound = bindCondition(parseConditionSyntax('KeyConditionExpression', text), binding)
  const conditions = new Map<string, RangeCondition>()
  for (const test of testsOf(bound)) {
    const [name, condition] = readTest(test, binding)
    if (conditions.has(name)) {
      throw binding.error('KeyConditionExpressions must only contain one condition per key')
    }
    conditions.set(name, condition)
  }
  return conditions
}

/** Throws ValidationError where the condition does not fit the key; the values' types are the caller's to check. */
export function resolveKeyCondition(
  condition: KeyCondition,
  schema: { readonly hash: string; readonly range?: string },
): { readonly hash: AttributeValue; readonly range?: RangeCondition } {
  const keyAttributes = schema.range === undefined ? 1 : 2
  if (condition.size > keyAttributes) {
    throw new ValidationError(
      `The number of query conditions (${String(condition.size)}) exceeds ` +
        `the number of key attributes defined in the schema (${String(keyAttributes)})`,
    )
  }
  const hash = condition.get(schema.hash)
  if (hash === undefined) throw missed(schema.hash)
  if (hash.operator !== '=') throw new ValidationError('Query key condition not supported')
  if (condition.size === 1) return { hash: hash.values[0] }
  const range = condition.get(schema.range!)
  if (range === undefined) throw missed(schema.range!)
  return { hash: hash.values[0], range }
}

function missed(name: string): ValidationError {
  return new ValidationError(`Query condition missed key schema element: ${name}`)
}

function testsOf(condition: BoundCondition): Test[] {
  if (condition.kind === 'test') return [condition]
  if (condition.kind === 'and') return [...testsOf(condition.left), ...testsOf(condition.right)]
  throw invalidOperator(condition.kind.toUpperCase())
}

const operators: ReadonlyMap<string, RangeCondition['operator']> = new Map([
  ['=', '='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['BETWEEN', 'between'],
  ['begins_with', 'begins_with'],
])

/** `:v <= key` is `key >= :v`. */
const turned: Readonly<Record<string, RangeCondition['operator']>> = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function readTest({ operator: written, operands }: Test, binding: Binding): [string, RangeCondition] {
  const operator = operators.get(written)
  if (operator === undefined) throw invalidOperator(written)
  const paths = operands.flatMap(({ path }) => (path === undefined ? [] : [path]))
  if (operands.some(({ path, value }) => path === undefined && value === undefined)) {
    throw binding.error('KeyConditionExpressions cannot contain nested operations')
  }
  const keyFirst = operands[0].path !== undefined
  if (!keyFirst && (operator === 'between' || operator === 'begins_with')) {
    throw invalidCondition(`${written} operator must have the key attribute as its first operand`)
  }
  if (paths.length > 1) throw invalidCondition('Multiple attribute names used in one condition')
  if (paths.length === 0) throw invalidCondition('No key attribute specified')
  const [[name, ...deeper]] = paths
  if (deeper.length > 0) throw binding.error('KeyConditionExpressions cannot have conditions on nested attributes')
  const values = operands.flatMap(({ value }) => (value === undefined ? [] : [value]))
  return [name, { operator: keyFirst ? operator : turned[operator], values }]
}

function invalidOperator(operator: string): ValidationError {
  return new ValidationError(`Invalid operator used in KeyConditionExpression: ${operator}`)
}

function invalidCondition(reason: string): ValidationError {
  return new ValidationError(`Invalid condition in KeyConditionExpression: ${reason}`)
}
