import { AssertionError } from 'node:assert/strict'
import { inspect } from 'node:util'

/** What differed, for a reader who has not seen the test: what was expected, and what came. */
export function describeDifference(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!(error instanceof AssertionError)) return `${error.name}: ${error.message}`
  // Node puts the values below a message of our own; we put them behind it.
  const said = error.generatedMessage ? [] : [error.message.split('\n')[0]]
  const isComparison = error.expected !== undefined || error.actual !== undefined
  const hasValues = isComparison && !isTruth(error)
  const values = hasValues ? [`expected ${show(error.expected)}, got ${show(error.actual)}`] : []
  return [...said, ...values].join(': ') || error.message
}

/** `assert.ok` says no more than that something was not so. */
function isTruth({ operator }: AssertionError): boolean {
  return operator === '==' || operator === 'fail'
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return inspect(value, { breakLength: Infinity, compact: true, depth: 6, maxStringLength: 300 })
}
