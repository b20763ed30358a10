import type { AttributeType, Item } from '../values/attribute-value.ts'
import { compareValues } from '../values/compare.ts'
import { typeOf } from '../values/type-of.ts'
import type { Binding, Operand } from './binding.ts'
import { conditionFunctions } from './functions.ts'
import type { CallNode, ComparisonNode, ComparisonOperator, OperandNode } from './syntax-tree.ts'
import { areEqual, beginsWith, contains, hasType, isBetween, isOrdered, sizeOf } from './value-checks.ts'

export type Predicate = (item: Item) => boolean

/** A comparison or a function, with all that it needs to be true or false of an item. */
export interface Test {
  readonly kind: 'test'
  /** Or the function's name. */
  readonly operator: string
  readonly operands: readonly Operand[]
  readonly matches: Predicate
}

const ordered: readonly AttributeType[] = ['S', 'N', 'B']
const sized: readonly AttributeType[] = ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']
const types: ReadonlySet<string> = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS'])

/** Throws ExpressionError for an undefined placeholder, or operands that do not fit. */
export function bindTest(node: ComparisonNode | CallNode, binding: Binding): Test {
  if (node.kind === 'call') {
    const operands = bindCall(node, binding)
    return { kind: 'test', operator: node.name, operands, matches: callPredicate(node.name, operands, binding) }
  }
  const operands = node.operands.map((operand) => bindOperand(operand, binding))
  checkComparison(node.operator, operands, binding)
  return { kind: 'test', operator: node.operator, operands, matches: comparisonPredicate(node.operator, operands) }
}

function bindOperand(node: OperandNode, binding: Binding): Operand {
  if (node.kind === 'path') return binding.pathOperand(node)
  if (node.kind === 'value') return binding.valueOperand(node)
  const [operand] = bindCall(node, binding)
  binding.checkTypes('size', [operand], sized)
  return { read: (item) => sizeOf(operand.read(item)), type: 'N' }
}

function bindCall(node: CallNode, binding: Binding): readonly Operand[] {
  const operands = node.operands.map((operand) => bindOperand(operand, binding))
  binding.checkCount(node.name, operands, conditionFunctions.get(node.name))
  binding.checkDistinct(node.name, operands)
  return operands
}

function checkComparison(operator: ComparisonOperator, operands: readonly Operand[], binding: Binding): void {
  binding.checkDistinct(operator, operands)
  if (operator === '=' || operator === '<>' || operator === 'IN') return
  binding.checkTypes(operator, operands, ordered)
  if (operator === 'BETWEEN') checkBounds(operands[1], operands[2], binding)
}

function comparisonPredicate(operator: ComparisonOperator, operands: readonly Operand[]): Predicate {
  const [first, second, third] = operands
  if (operator === '=') return (item) => areEqual(first.read(item), second.read(item))
  if (operator === '<>') return (item) => !areEqual(first.read(item), second.read(item))
  if (operator === 'BETWEEN') return (item) => isBetween(first.read(item), second.read(item), third.read(item))
  if (operator !== 'IN') return (item) => isOrdered(operator, first.read(item), second.read(item))
  return (item) => {
    const value = first.read(item)
    return operands.some((operand, i) => i > 0 && areEqual(value, operand.read(item)))
  }
}

function callPredicate(name: string, [first, second]: readonly Operand[], binding: Binding): Predicate {
  switch (name) {
    case 'attribute_exists':
      binding.checkIsPath(name, first)
      return (item) => first.read(item) !== undefined
    case 'attribute_not_exists':
      binding.checkIsPath(name, first)
      return (item) => first.read(item) === undefined
    case 'begins_with':
      binding.checkTypes(name, [first, second], ['S', 'B'])
      return (item) => beginsWith(first.read(item), second.read(item))
    case 'contains':
      return (item) => contains(first.read(item), second.read(item))
    case 'attribute_type': {
      const type = typeName(second, binding)
      return (item) => hasType(first.read(item), type)
    }
    default:
      throw new Error(`The grammar let the function ${name} through`)
  }
}

function typeName({ type, value }: Operand, binding: Binding): AttributeType {
  if (value === undefined || !('S' in value)) {
    throw binding.wrongType('attribute_type', type ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}')
  }
  if (types.has(value.S)) return value.S as AttributeType
  throw binding.error(
    `Invalid attribute type name found; type: ${value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
  )
}

function checkBounds({ value: low }: Operand, { value: high }: Operand, binding: Binding): void {
  if (low === undefined || high === undefined) return
  const order = compareValues(low, high)
  if (order !== undefined && order <= 0) return
  const rule =
    order === undefined
      ? 'same data type for lower and upper bounds'
      : 'upper bound to be greater than or equal to lower bound'
  const [lower, upper] = [low, high].map(
    (bound) => `AttributeValue: {${typeOf(bound)}:${String(Object.values(bound)[0])}}`,
  )
  throw binding.error(
    `The BETWEEN operator requires ${rule}; lower bound operand: ${lower}, upper bound operand: ${upper}`,
  )
}
