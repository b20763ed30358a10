import { constraint, SecretsError } from './errors.ts'

type Key = readonly (number | string)[]

/** Throws ValidationException where a page of that size cannot be asked for. */
export function checkPage(size: number | undefined, max: number): void {
  if (size === undefined) return
  if (size < 1) throw constraint(size, 'maxResults', 'have value greater than or equal to 1')
  if (size > max) throw constraint(size, 'maxResults', `have value less than or equal to ${max}`)
}

/**
 * The items behind the token, which holds the key of the last one told: what is made or removed meanwhile shifts no
 * page. `items` are in the order of their keys, or in the opposite one. Throws InvalidNextTokenException.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => Key,
  size: number,
  token: string | undefined,
  descending = false,
): { page: readonly T[]; nextToken: string | undefined } {
  const last = token === undefined ? undefined : readToken(token)
  const isBehind = (item: T): boolean =>
    last === undefined || compareKeys(keyOf(item), last) * (descending ? -1 : 1) > 0
  const rest = items.filter(isBehind)
  const page = rest.slice(0, size)
  if (rest.length <= size) return { page, nextToken: undefined }
  return { page, nextToken: Buffer.from(JSON.stringify(keyOf(page.at(-1)!))).toString('base64') }
}

export function compareKeys(a: Key, b: Key): number {
  const at = a.findIndex((part, index) => part !== b[index])
  if (at === -1) return 0
  return a[at] < b[at] ? -1 : 1
}

function readToken(token: string): Key {
  const invalid = new SecretsError('InvalidNextTokenException', 'The NextToken value is invalid.')
  let key: unknown
  try {
    key = JSON.parse(Buffer.from(token, 'base64').toString())
  } catch (error) {
    invalid.cause = error
    throw invalid
  }
  const isPart = (part: unknown): boolean => typeof part === 'number' || typeof part === 'string'
  if (!Array.isArray(key) || !key.every(isPart)) throw invalid
  return key as Key
}
