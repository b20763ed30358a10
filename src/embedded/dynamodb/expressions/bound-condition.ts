import type { Item } from '../values/attribute-value.ts'
import { bindTest, type Test } from './bind-test.ts'
import type { Binding } from './binding.ts'
import type { ConditionNode } from './syntax-tree.ts'

/** A condition whose placeholders are known. */
export type BoundCondition =
  | { readonly kind: 'and' | 'or'; readonly left: BoundCondition; readonly right: BoundCondition }
  | { readonly kind: 'not'; readonly condition: BoundCondition }
  | Test

/** In the order of the text, so that the first thing wrong is what is reported. Throws ExpressionError. */
export function bindCondition(node: ConditionNode, binding: Binding): BoundCondition {
  if (node.kind === 'not') return { kind: 'not', condition: bindCondition(node.condition, binding) }
  if (node.kind === 'comparison' || node.kind === 'call') return bindTest(node, binding)
  return { kind: node.kind, left: bindCondition(node.left, binding), right: bindCondition(node.right, binding) }
}

export function isTrue(condition: BoundCondition, item: Item): boolean {
  if (condition.kind === 'test') return condition.matches(item)
  if (condition.kind === 'not') return !isTrue(condition.condition, item)
  const left = isTrue(condition.left, item)
  return left === (condition.kind === 'or') ? left : isTrue(condition.right, item)
}
