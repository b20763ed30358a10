import type { AttributeValue, Item } from '../values/attribute-value.ts'
import { checkDepth } from '../values/read-item.ts'
import { ValidationError } from '../values/validation-error.ts'
import type { Change } from './actions.ts'
import type { PathTree } from './path-tree.ts'

type Children<T> = ReadonlyMap<string | number, PathTree<T>>

/**
 * A copy of `item` with the changes made, of which only the parts on their way are new. List indexes are those of the
 * list as it was: removed elements leave no gap, elements set beyond the end are put behind it in their order.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * Throws ValidationError where a path leads through what is no map or list.
 */
export function applyChanges<T>(item: Item, tree: Children<T>, changeOf: (leaf: T) => Change): Item {
  return changeMembers(item, tree, 1)

  function changeMembers(members: Item, children: Children<T>, level: number): Item {
    const changed = Object.assign(Object.create(null), members) as Record<string, AttributeValue>
    for (const [name, node] of children) {
      const value = change(node, changed[name], level)
      if (value === undefined) delete changed[name]
      else changed[name] = value
    }
    return changed
  }

  function changeElements(list: readonly AttributeValue[], children: Children<T>, level: number): AttributeValue[] {
    const changed: (AttributeValue | undefined)[] = [...list]
    const indexes = [...children.keys()].filter((step) => typeof step === 'number').sort((a, b) => a - b)
    for (const index of indexes) {
      const value = change(children.get(index)!, list[index], level)
      if (index < list.length) changed[index] = value
      else changed.push(value)
    }
    return changed.filter((value) => value !== undefined)
  }

  function change(node: PathTree<T>, old: AttributeValue | undefined, level: number): AttributeValue | undefined {
    if (node.leaf !== undefined) {
      const value = changeOf(node.leaf.of)(old)
      if (value !== undefined && value !== old) checkDepth(value, level)
      return value
    }
    const byIndex = typeof node.children.keys().next().value === 'number'
    if (byIndex && old !== undefined && 'L' in old) return { L: changeElements(old.L, node.children, level + 1) }
    if (!byIndex && old !== undefined && 'M' in old) return { M: changeMembers(old.M, node.children, level + 1) }
    throw new ValidationError('The document path provided in the update expression is invalid for update')
  }
}
