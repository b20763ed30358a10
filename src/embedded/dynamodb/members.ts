import { SerializationError } from '../shape.ts'
import { toBoolean, toList, toMap, toText } from './values/json-types.ts'

/**
 * What a member of a DynamoDB request may be, as data. AWS looks at a request twice: first at the JSON types of all
 * members (SerializationException), then at their lengths, ranges and patterns (one ValidationException for all).
 * Both are worded as DynamoDB words them, which differs from its sister services.
 */
export interface Member<T, R extends boolean = boolean> {
  readonly required: R
  /** Throws SerializationError. */
  read(value: unknown): T
  /** Adds to `complaints` what is wrong with a value that is there; `at` is its place, e.g. `keySchema.1.member`. */
  check(value: T, at: string, complaints: string[]): void
}

export type Members = Readonly<Record<string, Member<unknown>>>
export type Values<M extends Members> = {
  readonly [K in keyof M as M[K]['required'] extends true ? K : never]: ValueOf<M[K]>
} & { readonly [K in keyof M as M[K]['required'] extends true ? never : K]?: ValueOf<M[K]> }
export type ValueOf<M> = M extends Member<infer T> ? T : never

interface Lengths {
  readonly min?: number
  readonly max?: number
}

export function required<T>(member: Member<T>): Member<T, true> {
  return { ...member, required: true }
}

export function text<const E extends string = string>(
  rules: Lengths & { readonly values?: readonly E[]; readonly pattern?: string } = {},
): Member<E, false> {
  const pattern = rules.pattern === undefined ? undefined : new RegExp(`^${rules.pattern}$`)
  return {
    required: false,
    read: (value) => toText(value) as E,
    check(value, at, complaints) {
      if (rules.values !== undefined && !rules.values.includes(value)) {
        complain(complaints, value, at, `satisfy enum value set: [${rules.values.join(', ')}]`)
      }
      if (pattern !== undefined && !pattern.test(value)) {
        complain(complaints, value, at, `satisfy regular expression pattern: ${rules.pattern}`)
      }
      checkLength(value, value.length, rules, at, complaints)
    },
  }
}

export const flag: Member<boolean, false> = {
  required: false,
  read: toBoolean,
  check: () => {},
}

export function whole(rules: Lengths = {}, javaType: 'Integer' | 'Long' = 'Integer'): Member<number, false> {
  return {
    required: false,
    read: (value) => (typeof value === 'number' ? Math.floor(value) : refuseNumber(value, javaType)),
    check(value, at, complaints) {
      const { min = -Infinity, max = Infinity } = rules
      if (value < min) complain(complaints, value, at, `have value greater than or equal to ${min}`)
      if (value > max) complain(complaints, value, at, `have value less than or equal to ${max}`)
    },
  }
}

/** Attribute values, expressions' names and the like: an object whose content somebody else reads. */
export function untyped(javaType: string): Member<Readonly<Record<string, unknown>>, false> {
  return {
    required: false,
    read: (value) => toMap(value, javaType),
    check: () => {},
  }
}

export function list<T>(element: Member<T>, rules: Lengths = {}): Member<readonly T[], false> {
  return {
    required: false,
    read: (value) => toList(value).map((each) => element.read(each)),
    check(value, at, complaints) {
      checkLength(value, value.length, rules, at, complaints)
      for (const [index, each] of value.entries()) element.check(each, `${at}.${index + 1}.member`, complaints)
    },
  }
}

/** By free names; `keys` and `values` are the lengths each must have. */
export function map<T>(
  element: Member<T>,
  rules: Lengths & { readonly keys?: Lengths & { readonly pattern: string }; readonly values?: Lengths } = {},
): Member<Readonly<Record<string, T>>, false> {
  return {
    required: false,
    read(value) {
      const entries = Object.entries(toMap(value, 'java.lang.Object'))
      const result = Object.create(null) as Record<string, T>
      for (const [key, each] of entries) if (each !== null) result[key] = element.read(each)
      return result
    },
    check(value, at, complaints) {
      const keys = Object.keys(value)
      checkLength(value, keys.length, rules, at, complaints)
      if (rules.keys !== undefined) checkKeys(value, keys, rules.keys, at, complaints)
      if (rules.values !== undefined) checkValues(value, rules.values, at, complaints)
      for (const key of keys) element.check(value[key], `${at}.${key}.member`, complaints)
    },
  }
}

export function structure<const M extends Members>(members: M, name = 'Structure'): Member<Values<M>, false> {
  const all = Object.entries(members).map(
    ([key, member]) => [key, key[0].toLowerCase() + key.slice(1), member] as const,
  )
  return {
    required: false,
    read(value) {
      const source = readStructure(value, name)
      const result: Record<string, unknown> = {}
      for (const [key, , member] of all) {
        const found = Object.hasOwn(source, key) ? source[key] : undefined
        if (found !== undefined && found !== null) result[key] = member.read(found)
      }
      return result as Values<M>
    },
    check(value, at, complaints) {
      const prefix = at === '' ? '' : `${at}.`
      for (const [key, shown, member] of all) {
        const found = (value as Readonly<Record<string, unknown>>)[key]
        if (found !== undefined) member.check(found, prefix + shown, complaints)
        else if (member.required) complain(complaints, undefined, prefix + shown, 'not be null')
      }
    },
  }
}

function checkKeys(
  value: object,
  keys: readonly string[],
  rules: Lengths & { readonly pattern: string },
  at: string,
  complaints: string[],
): void {
  const { min = 0, max = Infinity, pattern } = rules
  const valid = new RegExp(`^${pattern}$`)
  if (keys.every((key) => key.length >= min && key.length <= max && valid.test(key))) return
  const rule =
    `[Member must have length less than or equal to ${max}, Member must have length greater than or equal to ${min}, ` +
    `Member must satisfy regular expression pattern: ${pattern}]`
  complaints.push(
    `Value '${show(value)}' at '${at}' failed to satisfy constraint: Map keys must satisfy constraint: ${rule}`,
  )
}

function checkValues(value: Readonly<Record<string, unknown>>, rules: Lengths, at: string, complaints: string[]): void {
  const { min = 0, max = Infinity } = rules
  const lengths = Object.values(value).map((each) => (each as readonly unknown[]).length)
  if (lengths.every((length) => length >= min && length <= max)) return
  const rule = `[Member must have length less than or equal to ${max}, Member must have length greater than or equal to ${min}]`
  complaints.push(
    `Value '${show(value)}' at '${at}' failed to satisfy constraint: Map value must satisfy constraint: ${rule}`,
  )
}

function checkLength(value: unknown, length: number, rules: Lengths, at: string, complaints: string[]): void {
  const { min = 0, max = Infinity } = rules
  if (length < min) complain(complaints, value, at, `have length greater than or equal to ${min}`)
  if (length > max) complain(complaints, value, at, `have length less than or equal to ${max}`)
}

/** AWS stops at ten. */
function complain(complaints: string[], value: unknown, at: string, rule: string): void {
  if (complaints.length === 10) return
  const what = value === undefined ? 'null' : `'${show(value)}'`
  complaints.push(`Value ${what} at '${at}' failed to satisfy constraint: Member must ${rule}`)
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function readStructure(value: unknown, name: string): Record<string, unknown> {
  if (Array.isArray(value)) {
    throw new SerializationError(`Unrecognized collection type class com.amazonaws.dynamodb.v20120810.${name}`)
  }
  if (typeof value !== 'object' || value === null) throw new SerializationError('Unexpected field type')
  return value as Record<string, unknown>
}

function refuseNumber(value: unknown, wanted: string): never {
  if (Array.isArray(value)) throw new SerializationError(`Unrecognized collection type class java.lang.${wanted}`)
  if (typeof value === 'object') throw new SerializationError('Start of structure or map found where not expected')
  const found = typeof value === 'string' ? 'STRING_VALUE' : value === true ? 'TRUE_VALUE' : 'FALSE_VALUE'
  throw new SerializationError(`${found} cannot be converted to ${wanted}`)
}
