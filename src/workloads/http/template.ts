import type { Stream } from '../../scenario/stream.ts'

/** What the variables of a text stand for, in one iteration. */
export interface Scope {
  readonly user: number
  readonly iteration: number
  readonly shard: number
  /** Rows by feeder, and extracted values by name. */
  readonly values: Map<string, unknown>
  /** The iteration's own. */
  readonly random: Stream
  /** Wall-clock milliseconds. */
  now(): number
}

/** A text with `${…}` in it, compiled. */
export interface Template {
  /** The text itself, where it has no variables. */
  readonly constant: string | undefined
  readonly variables: readonly Variable[]
  /** Throws UnsetError where a variable has no value. */
  render(scope: Scope): string
  /** The value itself where the text is nothing but one variable, else the text. */
  value(scope: Scope): unknown
}

/** `product.id`, `random.integer(1,10)`: what stands between the braces, taken apart. */
export interface Variable {
  readonly text: string
  readonly root: string
  readonly path: readonly string[]
  readonly args: readonly string[]
  readonly read: (scope: Scope) => unknown
}

/** A variable that nothing gave a value to: the iteration cannot go on. */
export class UnsetError extends Error {}

/** A text that is no template. */
export class TemplateError extends Error {}

const VARIABLE = /\$(\$?)\{([^{}]*)\}?/g
const EXPRESSION = /^\s*([A-Za-z_]\w*)((?:\.[\w-]+)*)\s*(?:\((.*)\))?\s*$/s

/** Compiles a text. `$${` stands for `${` itself. Throws TemplateError for what cannot be meant. */
export function compileTemplate(text: string): Template {
  const parts: (string | Variable)[] = []
  let from = 0
  for (const found of text.matchAll(VARIABLE)) {
    if (found.index > from) parts.push(text.slice(from, found.index))
    parts.push(found[1] === '$' ? found[0].slice(1) : parseVariable(found[0], found[2]))
    from = found.index + found[0].length
  }
  if (from < text.length) parts.push(text.slice(from))
  const variables = parts.filter((part) => typeof part !== 'string')
  if (variables.length === 0) return constantTemplate(parts.filter((part) => typeof part === 'string').join(''))
  const [only] = parts
  return {
    constant: undefined,
    variables,
    render(scope) {
      let rendered = ''
      for (const part of parts) rendered += typeof part === 'string' ? part : asText(valueOf(part, scope))
      return rendered
    },
    value: parts.length === 1 ? (scope) => valueOf(only as Variable, scope) : (scope) => valueOfParts(parts, scope),
  }
}

export function constantTemplate(text: string): Template {
  return { constant: text, variables: [], render: () => text, value: () => text }
}

/** A value as it stands in a text: JSON where it is not text or a number. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function valueOfParts(parts: readonly (string | Variable)[], scope: Scope): string {
  return parts.map((part) => (typeof part === 'string' ? part : asText(valueOf(part, scope)))).join('')
}

function valueOf(variable: Variable, scope: Scope): unknown {
  const value = variable.read(scope)
  if (value === undefined || value === null) throw new UnsetError(`\${${variable.text}} has no value`)
  return value
}

function parseVariable(whole: string, inner: string): Variable {
  if (!whole.endsWith('}')) throw new TemplateError(`${whole} has no closing brace; write $\${ for the text \${`)
  const found = EXPRESSION.exec(inner)
  if (!found)
    throw new TemplateError(
      `${whole} is no variable; write e.g. \${token}, \${users.email} or \${random.integer(1,10)}`,
    )
  const [, root, dotted, given] = found
  const path = dotted === '' ? [] : dotted.slice(1).split('.')
  const args = given === undefined ? [] : given.split(',').map((arg) => arg.trim())
  const text = inner.trim()
  const builtIn = Object.hasOwn(BUILT_IN, root) ? BUILT_IN[root] : undefined
  if (!builtIn && given !== undefined) throw new TemplateError(`${whole} is no function; only random has some`)
  const read = builtIn ? builtIn(path, args, whole) : (scope: Scope) => dig(scope.values.get(root), path)
  return { text, root, path, args, read }
}

function dig(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[key]
  }
  return found
}

type Read = (scope: Scope) => unknown
type BuiltIn = (path: readonly string[], args: readonly string[], whole: string) => Read

/** Names that are always there. No feeder and no extracted value can be called so. */
const BUILT_IN: Readonly<Record<string, BuiltIn>> = {
  user: plain((scope) => scope.user),
  iteration: plain((scope) => scope.iteration),
  shard: plain((scope) => scope.shard),
  now: (path, _, whole) => {
    if (path.length === 0) return (scope) => Math.floor(scope.now())
    if (path.length === 1 && path[0] === 'iso') return (scope) => new Date(scope.now()).toISOString()
    throw new TemplateError(`${whole} is not known; there are \${now} and \${now.iso}`)
  },
  env: ([name, ...rest], _, whole) => {
    if (name === undefined || rest.length > 0) throw new TemplateError(`${whole} must be \${env.NAME}`)
    return () => process.env[name]
  },
  random: ([name, ...rest], args, whole) => {
    const make = rest.length === 0 && Object.hasOwn(RANDOM, name ?? '') ? RANDOM[name] : undefined
    const read = make?.(args)
    if (read) return read
    throw new TemplateError(
      `${whole} is not known; there are ${RANDOM_FORMS.map((form) => `\${random.${form}}`).join(', ')}`,
    )
  },
}

export const BUILT_IN_NAMES = Object.keys(BUILT_IN)

function plain(read: Read): BuiltIn {
  return (path, args, whole) => {
    if (path.length > 0 || args.length > 0) throw new TemplateError(`${whole} has no parts and takes nothing`)
    return read
  }
}

const RANDOM_FORMS = ['integer(1,10)', 'pick(a,b,c)', 'hex(8)', 'uuid']

/** Undefined where the arguments cannot be meant. */
const RANDOM: Readonly<Record<string, (args: readonly string[]) => Read | undefined>> = {
  integer(args) {
    const [low, high] = args.map(Number)
    const isRange = args.length === 2 && Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high
    if (!isRange || high - low >= 2 ** 32) return undefined
    return ({ random }) => random.integer(low, high)
  },
  pick(args) {
    if (args.length === 0) return undefined
    return ({ random }) => args[random.integer(0, args.length - 1)]
  },
  hex(args) {
    const digits = Number(args[0])
    if (args.length !== 1 || !Number.isInteger(digits) || digits < 1 || digits > 1000) return undefined
    return ({ random }) => hex(random, digits)
  },
  uuid(args) {
    if (args.length > 0) return undefined
    // Version 4, variant 1, its random bits from the run's seed (RFC 9562, section 5.4).
    return ({ random }) => {
      const digits = hex(random, 30)
      const variant = '89ab'[random.integer(0, 3)]
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-${variant}${digits.slice(15, 18)}-${digits.slice(18)}`
    }
  },
}

function hex(random: Stream, digits: number): string {
  let text = ''
  while (text.length < digits) text += random.uint32().toString(16).padStart(8, '0')
  return text.slice(0, digits)
}
