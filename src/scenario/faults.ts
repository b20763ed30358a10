import { z } from 'zod'
import type { Fault } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { knownKeys, schemasAt } from './schema-walk.ts'

type Issue = z.core.$ZodIssue

/** For `schema.safeParse(value, REPORT_INPUT)`: the issues carry their values, and no words where the schema has none of its own. */
export const REPORT_INPUT = { reportInput: true, error: () => '' } as const

/**
 * What zod found, as faults that name the path, the value and the limit. A schema's own words are kept, the value added.
 * `error` must come from a parse with REPORT_INPUT.
 */
export function faultsOf(error: z.core.$ZodError, schema: z.core.$ZodType): Fault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, schema))
}

/** A path inside a document as `--set` takes it: `flights.network.0`. */
export function showPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'scenario' : path.map(String).join('.')
}

/** A value in a message: JSON, cut where it is long. */
export function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  const text = JSON.stringify(value) ?? typeof value
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}

function faultsOfIssue(issue: Issue, schema: z.core.$ZodType): Fault[] {
  const path = showPath(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path, issue.input)
    return issue.keys.map((key) => ({ path: showPath([...issue.path, key]), message: unknownKey(key, known) }))
  }
  if (issue.message !== '') return [{ path, message: withValue(issue.message, issue.input) }]
  if (issue.code === 'invalid_union') return faultsOfUnion(issue, schema)
  return [{ path, message: mustBe(expectation(issue, schema), issue.input) }]
}

/** The fault of a key that no schema lists. `written`: keys as the user writes them. */
export function unknownKey(key: string, known: readonly string[], written = (name: string) => name): string {
  const list = known.length === 0 ? 'nothing is known here' : `known here: ${known.map(written).join(', ')}`
  return `is unknown${didYouMean(key, known, written) || ';'} ${list}`
}

/** Words that begin with "is" go on from the value; others are followed by it. Lists and objects speak through their path. */
function withValue(message: string, value: unknown): string {
  if (value === undefined || (typeof value === 'object' && value !== null) || / got /.test(message)) return message
  return message.startsWith('is ') ? `${show(value)} ${message}` : `${message}, got ${show(value)}`
}

/** Reports the form that was most likely meant: one whose kind of value fits, else what all of them expect. */
function faultsOfUnion(issue: z.core.$ZodIssueInvalidUnion, schema: z.core.$ZodType): Fault[] {
  const meant = issue.errors
    .filter((issues) => !issues.some((nested) => nested.path.length === 0 && nested.code === 'invalid_type'))
    .sort((a, b) => a.length - b.length)[0]
  if (meant)
    return meant.flatMap((nested) => faultsOfIssue({ ...nested, path: [...issue.path, ...nested.path] }, schema))
  const kinds = issue.errors.flat().filter((nested) => nested.code === 'invalid_type' && nested.path.length === 0)
  const forms = [...new Set(kinds.map((nested) => expectation({ ...nested, path: issue.path }, schema)))]
  const expected = forms.length === 0 ? 'one of the known forms' : forms.join(' or ')
  return [{ path: showPath(issue.path), message: mustBe(expected, issue.input) }]
}

function mustBe(expected: string, value: unknown): string {
  if (value === undefined) return `is missing; must be ${expected}`
  const got = Array.isArray(value) ? `a list of ${value.length}` : show(value)
  return `must be ${expected}, got ${got}`
}

/** What follows "must be". */
function expectation(issue: Issue, schema: z.core.$ZodType): string {
  switch (issue.code) {
    case 'invalid_type':
      return expectedType(issue, schema)
    case 'too_small':
    case 'too_big':
      return expectedSize(issue, schema)
    case 'invalid_value':
      return issue.values.length === 1
        ? show(issue.values[0])
        : `one of ${issue.values.map(String).join(', ')}${typeof issue.input === 'string' ? nearValue(issue.input, issue.values) : ''}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.pattern === undefined ? `a valid ${issue.format}` : `text that matches ${issue.pattern}`
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      break
  }
  return 'something else'
}

function nearValue(typed: string, values: readonly z.core.util.Primitive[]): string {
  const hint = didYouMean(typed, values.map(String))
  return hint === '' ? '' : ` (${hint.slice(2)})`
}

function expectedType(issue: z.core.$ZodIssueInvalidType, schema: z.core.$ZodType): string {
  if (issue.expected === 'number' || issue.expected === 'int')
    return expectedNumber(issue, schema, issue.expected === 'int')
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a list',
    object: 'an object',
    record: 'an object',
    nonoptional: 'given',
  }
  return words[issue.expected] ?? `a ${issue.expected}`
}

function expectedSize(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, schema: z.core.$ZodType): string {
  const numbers = ['number', 'int', 'bigint']
  if (numbers.includes(issue.origin)) return expectedNumber(issue, schema, issue.origin === 'int')
  const unit = issue.origin === 'string' ? 'characters' : 'entries'
  const [word, limit] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum]
  return `${issue.origin === 'string' ? 'text' : 'a list'} of ${word} ${limit.toLocaleString('en')} ${unit}`
}

/** The whole range, not only the side that was missed; where there are several forms, of one that was missed. */
function expectedNumber({ path, input }: Issue, schema: z.core.$ZodType, integer: boolean): string {
  const numbers = schemasAt(schema, path).filter((candidate) => candidate instanceof z.ZodNumber)
  const found = numbers.find((candidate) => !candidate.safeParse(input).success) ?? numbers[0]
  const kind = integer || found?.isInt ? 'a whole number' : 'a number'
  const low = found?.minValue ?? -Infinity
  const high = found?.maxValue ?? Infinity
  if (Number.isFinite(low) && Number.isFinite(high)) return `${kind} ${showLimit(low)} … ${showLimit(high)}`
  if (Number.isFinite(low)) return `${kind} of at least ${showLimit(low)}`
  return Number.isFinite(high) ? `${kind} of at most ${showLimit(high)}` : kind
}

function showLimit(limit: number): string {
  if (Math.abs(limit) === Number.MAX_SAFE_INTEGER) return limit > 0 ? '2^53 - 1' : '-(2^53 - 1)'
  return limit.toLocaleString('en', { maximumFractionDigits: 20 })
}
