import { S3Error } from './errors.ts'
import type { XmlElement } from './xml-reader.ts'
import { escapeXml } from './xml-writer.ts'

/**
 * The shapes of S3's documents, as data: they turn an element into a typed value and such a value into XML again. All
 * `read` throw S3Error MalformedXML.
 */
export interface XmlShape<T> {
  read(element: XmlElement): T
  /** The element's content. */
  write(value: T): string
}

/** How often a child may be there, and what it is. */
export interface XmlMember<T> {
  read(found: readonly XmlElement[]): T
  write(name: string, value: T): string
}

type Members = Readonly<Record<string, XmlMember<unknown>>>
type Structure<M extends Members> = { readonly [K in keyof M]: M[K] extends XmlMember<infer T> ? T : never }
export type InferXml<S> = S extends XmlShape<infer T> ? T : never

/** As it was written, spaces included. */
export const text: XmlShape<string> = {
  read: (element) => (element.children.length === 0 ? element.text : malformed()),
  write: escapeXml,
}

export const integer = scalar(
  (found) => (/^[+-]?\d{1,15}$/.test(found) ? Number(found) : malformed()),
  (value) => String(value),
)

export const boolean = scalar(
  (found) => (/^(true|false)$/i.test(found) ? found.toLowerCase() === 'true' : malformed()),
  (value) => String(value),
)

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): XmlShape<T> {
  return scalar(
    (found) => words.find((word) => word === found) ?? malformed(),
    (value) => value,
  )
}

/** Children by name, in any order; written in the order of `members`. Others are malformed. */
export function structure<const M extends Members>(members: M): XmlShape<Structure<M>> {
  const names = Object.keys(members)
  return {
    read({ children }) {
      if (children.some(({ name }) => !Object.hasOwn(members, name))) malformed()
      const read = (name: string): unknown => members[name].read(children.filter((child) => child.name === name))
      const value: unknown = Object.fromEntries(names.map((name) => [name, read(name)]))
      return value as Structure<M>
    },
    write: (value) => names.map((name) => members[name].write(name, value[name])).join(''),
  }
}

export function required<T>(shape: XmlShape<T>): XmlMember<T> {
  return {
    read: (found) => (found.length === 1 ? shape.read(found[0]) : malformed()),
    write: (name, value) => `<${name}>${shape.write(value)}</${name}>`,
  }
}

export function optional<T>(shape: XmlShape<T>): XmlMember<T | undefined> {
  const member = required(shape)
  return {
    read: (found) => (found.length === 0 ? undefined : member.read(found)),
    write: (name, value) => (value === undefined ? '' : member.write(name, value)),
  }
}

/** Elements of the same name beside each other, `min` to `max` of them. */
export function many<T>(shape: XmlShape<T>, min = 0, max = Infinity): XmlMember<readonly T[]> {
  return {
    read: (found) => (found.length >= min && found.length <= max ? found.map(shape.read) : malformed()),
    write: (name, values) => values.map((value) => `<${name}>${shape.write(value)}</${name}>`).join(''),
  }
}

function scalar<T>(read: (found: string) => T, write: (value: T) => string): XmlShape<T> {
  return { read: (element) => read(text.read(element).trim()), write }
}

function malformed(): never {
  throw new S3Error('MalformedXML')
}
