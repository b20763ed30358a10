/** What the grammars make of an expression's text, before placeholders get their values: the same for every request. */

/** A path's name, as written or by placeholder, or a list index. */
export type Step = { readonly name: string } | { readonly placeholder: string } | { readonly index: number }

export interface PathNode {
  readonly kind: 'path'
  readonly steps: readonly Step[]
}

export interface ValueNode {
  readonly kind: 'value'
  /** With its colon. */
  readonly placeholder: string
}

export interface CallNode {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly OperandNode[]
}

export type OperandNode = PathNode | ValueNode | CallNode

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'IN'

/** BETWEEN has its bounds, IN its list as the operands behind the first. */
export interface ComparisonNode {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly operands: readonly OperandNode[]
}

export type ConditionNode =
  | { readonly kind: 'and' | 'or'; readonly left: ConditionNode; readonly right: ConditionNode }
  | { readonly kind: 'not'; readonly condition: ConditionNode }
  | ComparisonNode
  | CallNode

export interface ArithmeticNode {
  readonly kind: 'arithmetic'
  readonly operator: '+' | '-'
  readonly operands: readonly [OperandNode, OperandNode]
}

export type ActionNode =
  | { readonly kind: 'SET'; readonly path: PathNode; readonly value: OperandNode | ArithmeticNode }
  | { readonly kind: 'REMOVE'; readonly path: PathNode }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: PathNode; readonly value: ValueNode }
