import type { Item } from '../values/attribute-value.ts'
import type { Action, Change } from './actions.ts'
import { applyChanges } from './apply-changes.ts'
import { bindAction } from './bind-action.ts'
import { Binding } from './binding.ts'
import type { Placeholders } from './parameters.ts'
import { pathTree } from './path-tree.ts'
import type { Path } from './path.ts'
import { parseUpdateSyntax } from './update-grammar.ts'

export interface Update {
  /**
   * All operands are read from `item` as it is. `changed` are the paths of the actions, for what UPDATED_OLD and
   * UPDATED_NEW return. Throws ValidationError where the update does not fit the item.
   */
  apply(item: Item): { item: Item; changed: readonly Path[] }
  readonly topLevelNames: readonly string[]
}

/**
 * Throws ExpressionError, with DynamoDB's text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function parseUpdate(text: string, placeholders: Placeholders): Update {
  const binding = new Binding('UpdateExpression', placeholders)
  const bound = parseUpdateSyntax('UpdateExpression', text).map((node) => bindAction(node, binding))
  const update = createUpdate(
    bound.map(({ path, action }) => [path, action]),
    (reason) => binding.error(reason),
  )
  // DynamoDB looks at types only when it has seen that the paths are distinct.
  for (const { check } of bound) check()
  return update
}

/** Throws what `refuse` makes of the reason where two paths cannot both be changed. */
export function createUpdate(actions: readonly (readonly [Path, Action])[], refuse: (reason: string) => Error): Update {
  const tree = pathTree(actions, refuse)
  const changed = actions.map(([path]) => path)
  return {
    topLevelNames: [...new Set(changed.map(([name]) => name))],
    apply(item) {
      const changes = new Map<Action, Change>()
      for (const [, action] of actions) changes.set(action, action(item))
      return { item: applyChanges(item, tree, (action) => changes.get(action)!), changed }
    },
  }
}
