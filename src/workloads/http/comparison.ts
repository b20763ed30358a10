import { z } from 'zod'

/** What a value of an answer must be. All that are given must hold. A value that is not there only meets `exists: false`. */
export const comparisonFields = {
  equals: fixed(z.json()).optional(),
  not: fixed(z.json()).optional(),
  /** Numbers, and texts that are numbers. */
  above: z.number().optional(),
  atLeast: z.number().optional(),
  below: z.number().optional(),
  atMost: z.number().optional(),
  /** Of a text, a list or an object's names. */
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(0).optional(),
  /** A part of a text, or an entry of a list. */
  contains: fixed(z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** A regular expression, as JavaScript has it. */
  matches: z.string().min(1).max(1000).refine(isRegExp, { error: 'is no regular expression' }).optional(),
  type: z.enum(['text', 'number', 'boolean', 'list', 'object', 'null']).optional(),
  exists: z.boolean().optional(),
} as const

/** What would be taken for text and never hold. */
function fixed<T extends z.ZodType>(schema: T) {
  return schema.refine((value) => !JSON.stringify(value).includes('${'), {
    error: 'takes no variables: a check compares with fixed values; a journey in TypeScript can compare with any',
  })
}

const comparison = z.object(comparisonFields)
export type Comparison = z.output<typeof comparison>
export const COMPARISONS = Object.keys(comparisonFields) as readonly (keyof Comparison)[]

type Holds = (value: unknown) => boolean
type Makers = { readonly [Name in keyof Comparison]-?: (wanted: NonNullable<Comparison[Name]>) => Holds }

const MAKERS: Makers = {
  equals: (wanted) => (value) => isEqual(value, wanted),
  not: (wanted) => (value) => !isEqual(value, wanted),
  above: (wanted) => (value) => asNumber(value) > wanted,
  atLeast: (wanted) => (value) => asNumber(value) >= wanted,
  below: (wanted) => (value) => asNumber(value) < wanted,
  atMost: (wanted) => (value) => asNumber(value) <= wanted,
  minLength: (wanted) => (value) => lengthOf(value) >= wanted,
  maxLength: (wanted) => (value) => lengthOf(value) <= wanted,
  contains: (wanted) => (value) =>
    Array.isArray(value) ? value.includes(wanted) : typeof value === 'string' && value.includes(String(wanted)),
  matches: (wanted) => {
    const pattern = new RegExp(wanted)
    return (value) => pattern.test(String(value))
  },
  type: (wanted) => (value) => typeOf(value) === wanted,
  exists: (wanted) => () => wanted,
}

/** A function that says whether a value is what was wanted; undefined stands for one that is not there. */
export function compileComparison(given: Comparison): Holds {
  const rules = COMPARISONS.flatMap((name) => {
    const wanted = given[name]
    return wanted === undefined ? [] : [(MAKERS[name] as (wanted: unknown) => Holds)(wanted)]
  })
  return (value) => (value === undefined ? given.exists === false : rules.every((holds) => holds(value)))
}

export function isRegExp(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false // that is what was asked
  }
}

function asNumber(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : Number.NaN
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'string' ? 'text' : typeof value
}

/** Texts of headers are compared with numbers too: `equals: 5` holds for `content-length: 5`. */
function isEqual(value: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'number' && typeof value === 'string') return asNumber(value) === wanted
  if (typeof value !== 'object' || typeof wanted !== 'object' || value === null || wanted === null)
    return value === wanted
  const keys = Object.keys(value)
  return (
    Array.isArray(value) === Array.isArray(wanted) &&
    keys.length === Object.keys(wanted).length &&
    keys.every((key) => Object.hasOwn(wanted, key) && isEqual(Reflect.get(value, key), Reflect.get(wanted, key)))
  )
}
