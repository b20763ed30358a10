import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseDocument } from 'yaml'
import { InvalidInputError } from '../errors.ts'

/** The value a scenario file holds, unchecked. Throws InvalidInputError, with line and column, where it cannot be read. */
export async function readDocument(path: string): Promise<unknown> {
  if (['.ts', '.js', '.mjs'].includes(extname(path))) return readModule(path)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new InvalidInputError(`${path} cannot be read: ${messageOf(error)}`, [], { cause: error })
  })
  return parseText(path, text)
}

/** YAML 1.2, of which JSON is a part. */
function parseText(path: string, text: string): unknown {
  const document = parseDocument(text)
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => {
      const [start] = error.linePos ?? []
      const place = start ? `${path}:${start.line}:${start.col}` : path
      return { path: place, message: error.message.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '') }
    })
    throw new InvalidInputError(`${path} is not valid ${extname(path) === '.json' ? 'JSON' : 'YAML'}:`, faults)
  }
  try {
    return document.toJS()
  } catch (error) {
    throw new InvalidInputError(`${path} cannot be read: ${messageOf(error)}`, [], { cause: error }) // e.g. too many aliases
  }
}

async function readModule(path: string): Promise<unknown> {
  const url = pathToFileURL(resolve(path)).href
  const module = await importModule(url).catch((error: unknown) => {
    const reason = `${messageOf(error)}${placeOf(error, path)}`
    throw new InvalidInputError(`${path} cannot be loaded: ${reason}`, [], { cause: error })
  })
  if ('default' in module && module.default !== undefined) return module.default
  const names = Object.keys(module)
  const found = names.length === 0 ? 'nothing' : names.join(', ')
  throw new InvalidInputError(
    `${path} has no default export (it exports ${found}); write export default defineScenario({ … })`,
  )
}

/** Codes by which Node says that it does not take the TypeScript of a file by itself: too old, in node_modules, or enums. */
const NEEDS_TSX: ReadonlySet<unknown> = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
])

/** Node's own type stripping, or tsx where this process already runs under it; tsx for this one file where neither does. */
export async function importModule(url: string): Promise<object> {
  try {
    return await importUnknown(url)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && NEEDS_TSX.has(error.code))) throw error
    const { tsImport } = await import('tsx/esm/api')
    const module: unknown = await tsImport(url, import.meta.url)
    return withoutInterop(Object(module))
  }
}

/** Where no package.json says `module`, tsx makes CommonJS of a file, and its exports stand one `default` deeper. */
function withoutInterop(module: object): object {
  const inner: unknown = 'default' in module ? module.default : undefined
  return typeof inner === 'object' && inner !== null && '__esModule' in inner ? inner : module
}

async function importUnknown(url: string): Promise<object> {
  const module: unknown = await import(url)
  return Object(module)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Where in the file it was thrown, when the stack knows. */
function placeOf(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const line = stack.split('\n').find((candidate) => candidate.includes(resolve(path)))
  const [, place] = /:(\d+(?::\d+)?)\)?$/.exec(line ?? '') ?? []
  return place === undefined ? '' : ` (${path}:${place})`
}
