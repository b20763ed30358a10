import type { AttributeValue, Item } from '../values/attribute-value.ts'
import { ValidationError } from '../values/validation-error.ts'
import { addTo, append, calculate, deleteFrom, remove, whyNot, type Action } from './actions.ts'
import type { Binding, Operand } from './binding.ts'
import { updateFunctions } from './functions.ts'
import type { Path } from './path.ts'
import type { ActionNode, ArithmeticNode, CallNode, OperandNode } from './syntax-tree.ts'

export interface BoundAction {
  readonly path: Path
  readonly action: Action
  /** Throws ExpressionError for operands that no item could make right. */
  readonly check: () => void
}

/** Throws ExpressionError for an undefined placeholder. */
export function bindAction(node: ActionNode, binding: Binding): BoundAction {
  const path = binding.path(node.path)
  if (node.kind === 'REMOVE') return { path, action: remove, check: noCheck }
  if (node.kind === 'SET') {
    const checks: (() => void)[] = []
    const assigned = bindAssigned(node.value, binding, checks)
    const action: Action = (before) => {
      const value = required(assigned, before)
      return () => value
    }
    return { path, action, check: () => checks.forEach((check) => check()) }
  }
  const { value } = binding.valueOperand(node.value)
  const change = node.kind === 'ADD' ? addTo(value) : deleteFrom(value)
  const check = (): void => {
    const reason = whyNot(node.kind, value)
    if (reason !== undefined) throw binding.error(reason)
  }
  return { path, action: () => change, check }
}

/** What is to be checked later goes to `checks`. */
function bindAssigned(node: OperandNode | ArithmeticNode, binding: Binding, checks: (() => void)[]): Operand {
  if (node.kind !== 'arithmetic') return bindOperand(node, binding, checks)
  const { operator } = node
  const [left, right] = node.operands.map((operand) => bindOperand(operand, binding, checks))
  checks.push(() => binding.checkTypes(operator, [left, right], ['N']))
  return { read: (item) => calculate(operator, required(left, item), required(right, item)) }
}

function bindOperand(node: OperandNode, binding: Binding, checks: (() => void)[]): Operand {
  if (node.kind === 'path') return binding.pathOperand(node)
  if (node.kind === 'value') return binding.valueOperand(node)
  return bindCall(node, binding, checks)
}

function bindCall({ name, operands }: CallNode, binding: Binding, checks: (() => void)[]): Operand {
  const bound = operands.map((operand) => bindOperand(operand, binding, checks))
  const [first, second] = bound
  checks.push(() => binding.checkCount(name, bound, updateFunctions.get(name)))
  if (name === 'if_not_exists') {
    checks.push(() => binding.checkIsPath(name, first))
    return { read: (item) => first.read(item) ?? second.read(item) }
  }
  checks.push(() => binding.checkTypes(name, bound, ['L']))
  return { read: (item) => append(required(first, item), required(second, item)) }
}

function required(operand: Operand, item: Item): AttributeValue {
  const value = operand.read(item)
  if (value !== undefined) return value
  throw new ValidationError('The provided expression refers to an attribute that does not exist in the item')
}

function noCheck(): void {
  // Nothing about a path alone can be wrong.
}
