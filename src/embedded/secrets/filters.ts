import { type Infer, list, string, structure } from '../shape.ts'
import { constraint } from './errors.ts'
import type { Secret } from './vault.ts'

export const filters = list(structure({ Key: string, Values: list(string) }))
export type Filters = Infer<typeof filters>

interface FilterKind {
  /** What of a secret the filter looks at. */
  readonly texts: (secret: Secret) => readonly string[]
  readonly matches: (text: string, pattern: string) => boolean
}

const startsWith = (text: string, pattern: string): boolean => text.startsWith(pattern)
const keysOf = ({ tags }: Secret): string[] => (tags ?? []).map(({ Key }) => Key)
const valuesOf = ({ tags }: Secret): string[] => (tags ?? []).map(({ Value }) => Value)
const descriptionOf = ({ description }: Secret): string[] => (description === null ? [] : [description])

/**
 * What AWS's guide says and, for descriptions, what it was seen to do: words instead of a prefix.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
 */
const kinds: Readonly<Record<string, FilterKind>> = {
  name: { texts: ({ name }) => [name], matches: startsWith },
  description: { texts: descriptionOf, matches: hasWords },
  'tag-key': { texts: keysOf, matches: startsWith },
  'tag-value': { texts: valuesOf, matches: startsWith },
  // Secrets that AWS's other services own, and replicated ones, do not exist here.
  'owning-service': { texts: () => [], matches: startsWith },
  'primary-region': { texts: () => [], matches: startsWith },
  all: {
    texts: (secret) => [secret.name, ...descriptionOf(secret), ...keysOf(secret), ...valuesOf(secret)],
    matches: hasWords,
  },
}

/** Those that every filter lets through. Throws ValidationException where a filter is not one. */
export function matching(secrets: readonly Secret[], given: Filters): readonly Secret[] {
  if (given.length > 10)
    throw constraint(`[${given.length} filters]`, 'filters', 'have length less than or equal to 10')
  const tests = given.map(testOf)
  return secrets.filter((secret) => tests.every((test) => test(secret)))
}

/** One of its values has to match; one with a `!` in front matches what its rest does not. */
function testOf({ Key: key, Values: values = [] }: Filters[number]): (secret: Secret) => boolean {
  const kind = key !== undefined && Object.hasOwn(kinds, key) ? kinds[key] : undefined
  if (kind === undefined) {
    throw constraint(key, 'filters.member.key', `satisfy enum value set: [${Object.keys(kinds).join(', ')}]`)
  }
  if (values.length < 1 || values.length > 10) {
    throw constraint(`[${values.join(', ')}]`, 'filters.member.values', 'have length between 1 and 10')
  }
  const anyText = (secret: Secret, pattern: string): boolean =>
    kind.texts(secret).some((text) => kind.matches(text, pattern))
  return (secret) =>
    values.some((value) => (value.startsWith('!') ? !anyText(secret, value.slice(1)) : anyText(secret, value)))
}

/** Each word of the pattern begins some word of the text; case does not matter. */
function hasWords(text: string, pattern: string): boolean {
  const words = wordsOf(text)
  const wanted = wordsOf(pattern)
  return wanted.length > 0 && wanted.every((start) => words.some((word) => word.startsWith(start)))
}

/** Split at spaces, special characters and capitals. */
function wordsOf(text: string): string[] {
  const words = text.split(/[\s/_+=.@!-]+|(?<=[a-z0-9])(?=[A-Z])/)
  return words.filter((word) => word !== '').map((word) => word.toLowerCase())
}
