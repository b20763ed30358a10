import type { ExpressionLabel } from './expression-error.ts'
import { OperandGrammar } from './operand-grammar.ts'
import { parsedOnce } from './parsed-once.ts'
import type { ActionNode, ArithmeticNode, OperandNode } from './syntax-tree.ts'
import { TokenReader } from './token-reader.ts'

type Clause = ActionNode['kind']

const clauses: readonly Clause[] = ['SET', 'REMOVE', 'ADD', 'DELETE']
const keywords: ReadonlySet<string> = new Set(clauses)
const ranks = { parentheses: 0, reserved: 1, unknownFunction: 2, repeatedClause: 3 }

/**
 * The actions of an update expression, in the order of the text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 * Throws ExpressionError for its syntax, and for what is wrong whatever the placeholders stand for.
 */
export const parseUpdateSyntax = parsedOnce((label: ExpressionLabel, text: string): readonly ActionNode[] => {
  const reader = new TokenReader(label, text)
  const grammar = new UpdateGrammar(reader)
  const actions = grammar.actions()
  reader.expectEnd()
  grammar.faults.throwFirst(reader)
  return actions
})

class UpdateGrammar extends OperandGrammar {
  constructor(reader: TokenReader) {
    super(reader, keywords, ranks)
  }

  actions(): ActionNode[] {
    const actions: ActionNode[] = []
    const seen = new Set<Clause>()
    do {
      const clause = clauses.find((name) => this.reader.accept(name))
      if (clause === undefined) throw this.reader.syntaxError()
      if (seen.has(clause)) {
        this.faults.add(ranks.repeatedClause, `The "${clause}" section can only be used once in an update expression;`)
      }
      seen.add(clause)
      do actions.push(this.#action(clause))
      while (this.reader.accept(','))
    } while (this.reader.peek() !== undefined)
    return actions
  }

  #action(kind: Clause): ActionNode {
    const path = this.path()
    if (kind === 'REMOVE') return { kind, path }
    if (kind !== 'SET') return { kind, path, value: this.value() }
    this.reader.expect('=')
    return { kind, path, value: this.#assigned() }
  }

  /** operand | operand + operand | operand - operand | ( any of these ) */
  #assigned(): OperandNode | ArithmeticNode {
    const left = this.reader.isAt('(') ? this.parenthesized(() => this.#assigned()) : this.bareOperand()
    if (left.kind === 'arithmetic' || !(this.reader.isAt('+') || this.reader.isAt('-'))) return left
    const operator = this.reader.next() as '+' | '-'
    this.reader.countOperator()
    return { kind: 'arithmetic', operator, operands: [left, this.operand()] }
  }
}
