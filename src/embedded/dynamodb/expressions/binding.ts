import type { AttributeType, AttributeValue, Item } from '../values/attribute-value.ts'
import { typeOf } from '../values/type-of.ts'
import { ExpressionError, type ExpressionLabel } from './expression-error.ts'
import type { Placeholders } from './parameters.ts'
import { formatPath, samePath, valueAt, type Path } from './path.ts'
import type { PathNode, ValueNode } from './syntax-tree.ts'

/** An operand whose placeholders are known. */
export interface Operand {
  read(item: Item): AttributeValue | undefined
  /** Where it is certain before there is an item. */
  readonly type?: AttributeType
  readonly path?: Path
  /** Of a `:value`. */
  readonly value?: AttributeValue
}

/** One expression's label and placeholders. */
export class Binding {
  /** All that the expression has named, in its order. */
  readonly paths: Path[] = []
  readonly #label: ExpressionLabel
  readonly #placeholders: Placeholders

  constructor(label: ExpressionLabel, placeholders: Placeholders) {
    this.#label = label
    this.#placeholders = placeholders
  }

  path(node: PathNode): Path {
    const steps = node.steps.map((step) => {
      if ('name' in step) return step.name
      return 'index' in step ? step.index : this.#placeholders.name(this.#label, step.placeholder)
    })
    const path = steps as [string, ...(string | number)[]]
    this.paths.push(path)
    return path
  }

  pathOperand(node: PathNode): Operand & { readonly path: Path } {
    const path = this.path(node)
    return { read: (item) => valueAt(item, path), path }
  }

  valueOperand({ placeholder }: ValueNode): Operand & { readonly value: AttributeValue } {
    const value = this.#placeholders.value(this.#label, placeholder)
    return { read: () => value, type: typeOf(value), value }
  }

  error(reason: string): ExpressionError {
    return new ExpressionError(this.#label, reason)
  }

  checkCount(name: string, operands: readonly Operand[], count: number | undefined): void {
    if (operands.length === count) return
    throw this.error(
      'Incorrect number of operands for operator or function; ' +
        `operator or function: ${name}, number of operands: ${String(operands.length)}`,
    )
  }

  /** The first operand must not come again. */
  checkDistinct(operator: string, [first, ...others]: readonly Operand[]): void {
    const { path } = first
    if (path === undefined || !others.some((other) => other.path !== undefined && samePath(other.path, path))) return
    throw this.error(
      'The first operand must be distinct from the remaining operands for this operator or function; ' +
        `operator: ${operator}, first operand: ${formatPath(path)}`,
    )
  }

  checkIsPath(name: string, operand: Operand): Path {
    if (operand.path !== undefined) return operand.path
    throw this.error(`Operator or function requires a document path; operator or function: ${name}`)
  }

  /** Only of operands whose type is known already. */
  checkTypes(name: string, operands: readonly Operand[], allowed: readonly AttributeType[]): void {
    for (const { type } of operands) if (type !== undefined && !allowed.includes(type)) throw this.wrongType(name, type)
  }

  wrongType(name: string, type: string): ExpressionError {
    return this.error(
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
    )
  }
}
