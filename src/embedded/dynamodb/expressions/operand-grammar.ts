import { Faults } from './faults.ts'
import { whyNoFunction } from './functions.ts'
import { isReserved } from './reserved-words.ts'
import type { CallNode, OperandNode, PathNode, Step, ValueNode } from './syntax-tree.ts'
import { mostOperators, type TokenReader } from './token-reader.ts'

const largestIndex = 2 ** 31 - 1
const deepestPath = 32
const word = /^[A-Za-z]/
const redundantParentheses = 'The expression has redundant parentheses;'

/** Which come first differs between conditions and updates. */
export interface FaultRanks {
  readonly parentheses: number
  readonly unknownFunction: number
  readonly reserved: number
}

/** The part that all grammars share: paths, values, function calls. */
export class OperandGrammar {
  readonly reader: TokenReader
  readonly faults = new Faults()
  readonly #keywords: ReadonlySet<string>
  readonly #ranks: FaultRanks
  #open = 0
  /** What the parentheses closed last hold. */
  #enclosed: object | undefined

  /** `keywords` are no names here, whatever their case. */
  constructor(reader: TokenReader, keywords: ReadonlySet<string>, ranks: FaultRanks) {
    this.reader = reader
    this.#keywords = keywords
    this.#ranks = ranks
  }

  /** path | value | call | ( operand ) */
  operand(): OperandNode {
    return this.reader.isAt('(') ? this.parenthesized(() => this.operand()) : this.bareOperand()
  }

  /** ( … ), where two pairs around the same are one too many. */
  parenthesized<T extends object>(readInner: () => T): T {
    this.reader.expect('(')
    // More than that cannot all be needed with as few operators; it would only exhaust the stack.
    if (++this.#open > mostOperators) throw this.reader.error(redundantParentheses)
    const inner = readInner()
    if (this.#enclosed === inner) this.faults.add(this.#ranks.parentheses, redundantParentheses)
    this.reader.expect(')')
    this.#open--
    this.#enclosed = inner
    return inner
  }

  bareOperand(): OperandNode {
    const next = this.reader.peek()
    if (next?.startsWith(':') === true && next !== ':') return this.value()
    if (this.reader.isAt('(', 1) && next !== undefined && this.#isName(next)) return this.call()
    return this.path()
  }

  value(): ValueNode {
    const next = this.reader.peek()
    if (next === undefined || next === ':' || !next.startsWith(':')) throw this.reader.syntaxError()
    return { kind: 'value', placeholder: this.reader.next() }
  }

  /** name ( . name | [ index ] )* */
  path(): PathNode {
    const steps: Step[] = [this.#name()]
    for (;;) {
      if (this.reader.accept('.')) steps.push(this.#name())
      else if (this.reader.accept('[')) steps.push(this.#index())
      else break
    }
    if (steps.length > deepestPath) {
      throw this.reader.error(`The document path has too many nesting levels; nesting levels: ${String(steps.length)}`)
    }
    return { kind: 'path', steps }
  }

  /** name ( operand, … ) */
  call(): CallNode {
    const name = this.reader.next()
    const operands = this.operands()
    this.reader.countOperator()
    const reason = whyNoFunction(name, this.reader.label === 'UpdateExpression')
    if (reason !== undefined) this.faults.add(this.#ranks.unknownFunction, reason)
    return { kind: 'call', name, operands }
  }

  /** ( operand, … ) */
  operands(): readonly OperandNode[] {
    this.reader.expect('(')
    const operands = [this.operand()]
    while (this.reader.accept(',')) operands.push(this.operand())
    this.reader.expect(')')
    return operands
  }

  #name(): Step {
    const next = this.reader.peek()
    if (next !== undefined && next.length > 1 && next.startsWith('#')) return { placeholder: this.reader.next() }
    if (next === undefined || !this.#isName(next)) throw this.reader.syntaxError()
    if (isReserved(next)) {
      this.faults.add(this.#ranks.reserved, `Attribute name is a reserved keyword; reserved keyword: ${next}`)
    }
    return { name: this.reader.next() }
  }

  #index(): Step {
    const text = this.reader.peek()
    if (text === undefined || !/^[0-9]/.test(text)) throw this.reader.syntaxError()
    this.reader.next()
    this.reader.expect(']')
    const index = Number(text)
    if (index > largestIndex) {
      throw this.reader.error(`List index is not within the allowable range; index: [${text}]`)
    }
    return { index }
  }

  #isName(text: string): boolean {
    return word.test(text) && !this.#keywords.has(text.toUpperCase())
  }
}
