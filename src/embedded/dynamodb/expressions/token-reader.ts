import { ExpressionError, type ExpressionLabel } from './expression-error.ts'

const longestExpressionBytes = 4096
export const mostOperators = 300

/** A word, a placeholder, a number without leading zeros, an operator, or a character that nothing begins with. */
const token = /[A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|0|[1-9][0-9]*|<>|<=|>=|[^ \t\r\n]/gu

/**
 * Reads one expression token by token, and counts its operators.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
 */
export class TokenReader {
  readonly label: ExpressionLabel
  readonly #text: string
  readonly #tokens: string[] = []
  readonly #starts: number[] = []
  #position = 0
  #operators = 0

  constructor(label: ExpressionLabel, text: string) {
    this.label = label
    this.#text = text
    const bytes = Buffer.byteLength(text)
    if (bytes > longestExpressionBytes) {
      // For updates, DynamoDB keeps the size to itself.
      const size = label === 'UpdateExpression' ? '' : ` expression size: ${String(bytes)}`
      throw this.error(`Expression size has exceeded the maximum allowed size;${size}`)
    }
    for (const match of text.matchAll(token)) {
      this.#tokens.push(match[0])
      this.#starts.push(match.index)
    }
    if (this.#tokens.length === 0) throw this.error('The expression can not be empty;')
  }

  /** Undefined at the end. */
  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#position + ahead]
  }

  next(): string {
    const found = this.peek()
    if (found === undefined) throw this.syntaxError()
    this.#position++
    return found
  }

  /** Keywords have no case. */
  isAt(wanted: string, ahead = 0): boolean {
    return this.peek(ahead)?.toUpperCase() === wanted
  }

  accept(wanted: string): boolean {
    if (!this.isAt(wanted)) return false
    this.#position++
    return true
  }

  expect(wanted: string): void {
    if (!this.accept(wanted)) throw this.syntaxError()
  }

  expectEnd(): void {
    if (this.peek() !== undefined) throw this.syntaxError()
    if (this.#operators > mostOperators) {
      throw this.error(`The expression contains too many operators; operator count: ${String(mostOperators + 1)}`)
    }
  }

  countOperator(): void {
    this.#operators++
  }

  error(reason: string): ExpressionError {
    return new ExpressionError(this.label, reason)
  }

  /** About the token that is next, shown with its neighbours as they are written. */
  syntaxError(): ExpressionError {
    const first = Math.max(this.#position - 1, 0)
    const last = Math.min(this.#position + 1, this.#tokens.length - 1)
    const near = this.#text.slice(this.#starts[first], this.#starts[last] + this.#tokens[last].length)
    return this.error(`Syntax error; token: "${this.peek() ?? '<EOF>'}", near: "${near}"`)
  }
}
