import { randomInt } from 'node:crypto'
import type { JsonOperation } from '../json-protocol.ts'
import { boolean, integer, string, structure } from '../shape.ts'
import { constraint, SecretsError } from './errors.ts'

const kinds = {
  lowercase: 'abcdefghijklmnopqrstuvwxyz',
  uppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numbers: '0123456789',
  punctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  space: ' ',
}

const shape = structure({
  PasswordLength: integer,
  ExcludeCharacters: string,
  ExcludeNumbers: boolean,
  ExcludePunctuation: boolean,
  ExcludeUppercase: boolean,
  ExcludeLowercase: boolean,
  IncludeSpace: boolean,
  RequireEachIncludedType: boolean,
})

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export const getRandomPassword: JsonOperation = (raw) => {
  const input = shape(raw, '')
  const { PasswordLength: length = 32, RequireEachIncludedType: requireEach = true } = input
  if (length < 1) throw constraint(length, 'passwordLength', 'have value greater than or equal to 1')
  if (length > 4096) throw constraint(length, 'passwordLength', 'have value less than or equal to 4096')
  const excluded = new Set(input.ExcludeCharacters)
  const included = [
    input.ExcludeLowercase ? '' : kinds.lowercase,
    input.ExcludeUppercase ? '' : kinds.uppercase,
    input.ExcludeNumbers ? '' : kinds.numbers,
    input.ExcludePunctuation ? '' : kinds.punctuation,
    input.IncludeSpace ? kinds.space : '',
  ]
    .map((letters) => Array.from(letters).filter((letter) => !excluded.has(letter)))
    .filter((letters) => letters.length > 0)
  if (included.length === 0) {
    throw new SecretsError('InvalidParameterException', 'No characters are left: everything is excluded.')
  }
  if (requireEach && length < included.length) {
    throw new SecretsError('InvalidParameterException', 'Password length is too short based on the required types.')
  }
  return { RandomPassword: compose(included, length, requireEach) }
}

function compose(included: readonly string[][], length: number, requireEach: boolean): string {
  const all = included.flat()
  const required = requireEach ? included : []
  const letters = Array.from({ length }, (_, index) => pick(required[index] ?? all))
  // Otherwise the first letters would always be of known kinds.
  for (let last = letters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1)
    ;[letters[last], letters[other]] = [letters[other], letters[last]]
  }
  return letters.join('')
}

function pick(letters: readonly string[]): string {
  return letters[randomInt(letters.length)]
}
