import { randomBytes } from 'node:crypto'

const sequenceBytes = 6

/**
 * An id that nobody guesses and that still knows its place: random bytes, then a sequence number, in the characters AWS
 * uses. A listing that goes on behind an id finds the place also when what it named is gone.
 */
export function makeOrderedId(sequence: number, randomLength: number): string {
  const bytes = Buffer.alloc(randomLength + sequenceBytes)
  randomBytes(randomLength).copy(bytes)
  bytes.writeUIntBE(sequence, randomLength, sequenceBytes)
  return bytes.toString('base64url').replaceAll('-', '.')
}

/** Undefined where no such id was ever made. */
export function sequenceOf(id: string, randomLength: number): number | undefined {
  const bytes = Buffer.from(id.replaceAll('.', '-'), 'base64url')
  const isWhole =
    bytes.length === randomLength + sequenceBytes && bytes.toString('base64url').replaceAll('-', '.') === id
  return isWhole ? bytes.readUIntBE(randomLength, sequenceBytes) : undefined
}
