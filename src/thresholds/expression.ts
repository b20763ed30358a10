import { GrammarError } from './grammar-error.ts'

/** How a metric becomes a number. `percent` is 0 … 100 and belongs to `p` alone. */
export type Aggregation = { readonly method: PlainMethod } | { readonly method: 'p'; readonly percent: number }

export type PlainMethod = (typeof PLAIN_METHODS)[number]

/** What a metric must be: `p(95)<200`. */
export interface Expression {
  readonly aggregation: Aggregation
  readonly operator: Operator
  readonly value: number
}

export type Operator = keyof typeof OPERATORS

const PLAIN_METHODS = ['count', 'rate', 'value', 'avg', 'min', 'max', 'med'] as const
const OPERATORS = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: number, b: number) => a === b,
  '===': (a: number, b: number) => a === b,
  '!=': (a: number, b: number) => a !== b,
} as const

const PARTS = /^\s*(?<aggregation>.*?)\s*(?<operator><=|<|>=|>|===|==|!=)\s*(?<value>.*?)\s*$/
const PERCENTILE = /^p\((.*)\)$/
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/**
 * Reads k6's grammar: `aggregation operator number`, spaces allowed around the operator
 * (https://grafana.com/docs/k6/latest/using-k6/thresholds/#threshold-expression-syntax). Throws GrammarError, which says
 * what part is wrong. Whether a metric has that aggregation is known only with the metric: `aggregationFault`.
 */
export function parseExpression(text: string): Expression {
  const parts = PARTS.exec(text)?.groups
  if (!parts) {
    throw new GrammarError(
      `${JSON.stringify(text)} has no operator; write aggregation, operator, number, such as p(95)<200 (operators: ${Object.keys(OPERATORS).join(' ')})`,
    )
  }
  const aggregation = parseAggregation(parts['aggregation'], text)
  const value = parseNumber(parts['value'])
  if (value === undefined) {
    throw new GrammarError(
      `${JSON.stringify(text)} must end with a number, got ${JSON.stringify(parts['value'])}; trends are in milliseconds`,
    )
  }
  return { aggregation, operator: parts['operator'] as Operator, value: value + 0 } // never -0
}

/** The same expression in its shortest form; parsing it answers the same. */
export function printExpression({ aggregation, operator, value }: Expression): string {
  return `${printAggregation(aggregation)}${operator}${value}`
}

export function printAggregation(aggregation: Aggregation): string {
  return aggregation.method === 'p' ? `p(${aggregation.percent})` : aggregation.method
}

export function holds({ operator, value }: Expression, actual: number): boolean {
  return OPERATORS[operator](actual, value)
}

/** Which way is worse: `higher` where the expression sets an upper limit, undefined where it names a single value. */
export function worseWay({ operator }: Expression): 'higher' | 'lower' | undefined {
  if (operator.startsWith('<')) return 'higher'
  return operator.startsWith('>') ? 'lower' : undefined
}

function parseAggregation(name: string, text: string): Aggregation {
  const plain = PLAIN_METHODS.find((method) => method === name)
  if (plain) return { method: plain }
  const inner = PERCENTILE.exec(name)
  if (!inner) {
    const known = [...PLAIN_METHODS, 'p(0) … p(100)'].join(', ')
    throw new GrammarError(`${JSON.stringify(text)} must begin with one of ${known}, got ${JSON.stringify(name)}`)
  }
  const percent = parseNumber(inner[1])
  if (percent === undefined || percent < 0 || percent > 100) {
    throw new GrammarError(`${JSON.stringify(text)} must have a percentile of 0 … 100, got ${name}`)
  }
  return { method: 'p', percent: percent + 0 }
}

function parseNumber(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}
