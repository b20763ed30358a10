import type { ExpressionLabel } from './expression-error.ts'
import { OperandGrammar } from './operand-grammar.ts'
import { parsedOnce } from './parsed-once.ts'
import type { CallNode, ComparisonOperator, ConditionNode, OperandNode } from './syntax-tree.ts'
import { TokenReader } from './token-reader.ts'

const keywords: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN'])
const comparators: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>='])
const ranks = { parentheses: 0, unknownFunction: 1, misusedFunction: 2, reserved: 3 }
const mostInOperands = 100

type Parsed = ConditionNode | OperandNode

/**
 * The syntax tree of a condition. NOT binds closest, then AND, then OR.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 * Throws ExpressionError for its syntax, and for what is wrong whatever the placeholders stand for.
 */
export const parseConditionSyntax = parsedOnce((label: ExpressionLabel, text: string): ConditionNode => {
  const reader = new TokenReader(label, text)
  const grammar = new ConditionGrammar(reader)
  const condition = grammar.condition()
  reader.expectEnd()
  grammar.faults.throwFirst(reader)
  return condition
})

class ConditionGrammar extends OperandGrammar {
  constructor(reader: TokenReader) {
    super(reader, keywords, ranks)
  }

  condition(): ConditionNode {
    return this.#asCondition(this.#disjunction())
  }

  /**
   * Behind a parenthesis there may be a condition or an operand, `(a) = :b` is as good as `(a = :b)`: what is read is
   * an operand as long as nothing compares it.
   */
  #disjunction(): Parsed {
    let left = this.#conjunction()
    while (this.reader.isAt('OR')) left = this.#join('or', left, () => this.#conjunction())
    return left
  }

  #conjunction(): Parsed {
    let left = this.#negation()
    while (this.reader.isAt('AND')) left = this.#join('and', left, () => this.#negation())
    return left
  }

  #negation(): Parsed {
    if (!this.reader.accept('NOT')) return this.#predicate()
    this.reader.countOperator()
    return { kind: 'not', condition: this.#asCondition(this.#negation()) }
  }

  #predicate(): Parsed {
    const left = this.reader.isAt('(') ? this.parenthesized(() => this.#disjunction()) : this.bareOperand()
    return isOperand(left) ? this.#comparison(left) : left
  }

  #comparison(left: OperandNode): Parsed {
    const operator = this.reader.peek()?.toUpperCase() ?? ''
    if (comparators.has(operator)) {
      this.reader.next()
      return this.#compared(operator as ComparisonOperator, [left, this.operand()])
    }
    if (this.reader.accept('BETWEEN')) {
      const low = this.operand()
      this.reader.expect('AND')
      return this.#compared('BETWEEN', [left, low, this.operand()])
    }
    if (this.reader.accept('IN')) return this.#compared('IN', [left, ...this.#list()])
    return left
  }

  #list(): readonly OperandNode[] {
    const operands = this.operands()
    if (operands.length > mostInOperands) {
      throw this.reader.error(
        `The IN operator is provided with too many operands; number of operands: ${String(operands.length)}`,
      )
    }
    return operands
  }

  #compared(operator: ComparisonOperator, operands: readonly OperandNode[]): ConditionNode {
    this.reader.countOperator()
    this.#checkNested(operands)
    return { kind: 'comparison', operator, operands }
  }

  #join(kind: 'and' | 'or', parsed: Parsed, readRight: () => Parsed): ConditionNode {
    const left = this.#asCondition(parsed)
    this.reader.next()
    this.reader.countOperator()
    return { kind, left, right: this.#asCondition(readRight()) }
  }

  #asCondition(parsed: Parsed): ConditionNode {
    if (parsed.kind === 'path' || parsed.kind === 'value') throw this.reader.syntaxError()
    if (parsed.kind === 'call' && parsed.name === 'size') this.#misused('size')
    return parsed
  }

  override call(): CallNode {
    const call = super.call()
    this.#checkNested(call.operands)
    return call
  }

  /** Only `size` gives a value that something can be done with. */
  #checkNested(operands: readonly OperandNode[]): void {
    for (const operand of operands) if (operand.kind === 'call' && operand.name !== 'size') this.#misused(operand.name)
  }

  #misused(name: string): void {
    this.faults.add(
      ranks.misusedFunction,
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    )
  }
}

function isOperand(parsed: Parsed): parsed is OperandNode {
  return parsed.kind === 'path' || parsed.kind === 'value' || parsed.kind === 'call'
}
