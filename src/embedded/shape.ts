import { isObject } from './is-object.ts'

/**
 * The shapes of JSON requests, as data. A shape turns an unknown value into a typed one or throws
 * SerializationError, which AWS's JSON services answer before they look at what the values mean.
 */
export type Shape<T> = (value: unknown, path: string) => T

export type Infer<S> = S extends Shape<infer T> ? T : never

/** A member has the wrong JSON type. `message` is worded as AWS's parser words it. */
export class SerializationError extends Error {}

export const string: Shape<string> = (value) => (typeof value === 'string' ? value : refuse(value, 'String'))

export const boolean: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : refuse(value, 'Boolean'))

export const integer: Shape<number> = (value) =>
  typeof value === 'number' && Number.isInteger(value) ? value : refuse(value, 'Integer')

/** Bytes, sent as base64. */
export const blob: Shape<Buffer> = (value) => {
  if (typeof value !== 'string') return refuse(value, 'Blob')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new SerializationError('Invalid base64 data')
  return Buffer.from(value, 'base64')
}

export function list<T>(member: Shape<T>): Shape<T[]> {
  return (value, path) => (Array.isArray(value) ? value.map((item) => member(item, path)) : refuse(value, 'List'))
}

/** Null members are left out, as if they had not been sent. */
export function map<T>(member: Shape<T>): Shape<Record<string, T>> {
  return (value, path) => {
    const result: Record<string, T> = Object.create(null) as Record<string, T>
    for (const [key, item] of Object.entries(object(value, path))) if (item !== null) result[key] = member(item, key)
    return result
  }
}

export type Members = Record<string, Shape<unknown>>
export type Structure<M extends Members> = { readonly [K in keyof M]?: Infer<M[K]> }

/** Every member is optional here; unknown and null ones are left out. */
export function structure<const M extends Members>(members: M): Shape<Structure<M>> {
  const names = Object.keys(members)
  return (value, path) => {
    const source = object(value, path)
    const result: Record<string, unknown> = {}
    for (const name of names) {
      const item = source[name]
      if (item !== undefined && item !== null) result[name] = members[name](item, name)
    }
    return result as Structure<M>
  }
}

function object(value: unknown, path: string): Record<string, unknown> {
  if (isObject(value)) return value
  return refuse(value, path === '' ? 'Structure' : 'Map')
}

const found: Record<string, string> = { string: 'STRING_VALUE', boolean: 'TRUE_VALUE', object: 'START_OBJECT' }

function refuse(value: unknown, wanted: string): never {
  const kind = Array.isArray(value) ? 'START_ARRAY' : (found[typeof value] ?? 'NUMBER_VALUE')
  throw new SerializationError(`${kind} can not be converted to a ${wanted}`)
}
