import type { Item } from '../values/attribute-value.ts'
import { Binding } from './binding.ts'
import { bindCondition, isTrue } from './bound-condition.ts'
import { parseConditionSyntax } from './condition-grammar.ts'
import type { Placeholders } from './parameters.ts'
import type { Path } from './path.ts'

export interface Condition {
  /** An item that does not exist (undefined) is one without attributes. */
  matches(item: Item | undefined): boolean
  /** All that the condition names, with repetitions: a filter must not name key attributes. */
  readonly paths: readonly Path[]
}

const noItem: Item = Object.create(null) as Item

/**
 * Throws ExpressionError, with DynamoDB's text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function parseCondition(
  label: 'ConditionExpression' | 'FilterExpression',
  text: string,
  placeholders: Placeholders,
): Condition {
  const binding = new Binding(label, placeholders)
  const condition = bindCondition(parseConditionSyntax(label, text), binding)
  return { matches: (item) => isTrue(condition, item ?? noItem), paths: binding.paths }
}
