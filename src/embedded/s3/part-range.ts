import type { ByteRange } from './byte-range.ts'
import { partsOf, type ObjectPart, type StoredObject } from './stored-object.ts'
import { S3Error } from './errors.ts'
import { invalidArgument } from './invalid-argument.ts'

export const maxPartNumber = 10_000

/** One part of an object, as `?partNumber` asks for it. */
export interface PartRange {
  /** Undefined where the part is empty. */
  readonly range: ByteRange | undefined
  /** Undefined where the object was not uploaded in parts: it is its own first part. */
  readonly part: ObjectPart | undefined
  readonly count: number
}

/**
 * Parts count by their place, whatever the numbers they were uploaded with.
 * Throws S3Error InvalidPartNumber, InvalidArgument, or InvalidRequest beside a Range.
 */
export function readPartRange(text: string, rangeHeader: string | undefined, object: StoredObject): PartRange {
  const number = readPartNumber(text)
  if (rangeHeader !== undefined) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  }
  const parts = partsOf(object)
  const count = Math.max(1, parts.length)
  if (number > count) {
    throw new S3Error('InvalidPartNumber', undefined, { PartNumberRequested: number, ActualPartCount: count })
  }
  const part = parts.at(number - 1)
  const first = parts.slice(0, number - 1).reduce((sum, { bytes }) => sum + bytes, 0)
  const bytes = part?.bytes ?? object.bytes
  return { range: bytes === 0 ? undefined : { first, last: first + bytes - 1 }, part, count }
}

/** 1-10,000. Throws S3Error InvalidArgument. */
export function readPartNumber(text: string | null): number {
  const number = Number(text)
  if (text !== null && /^\d{1,5}$/.test(text) && number >= 1 && number <= maxPartNumber) return number
  const message = `Part number must be an integer between 1 and ${maxPartNumber}, inclusive`
  throw invalidArgument(message, 'partNumber', text ?? '')
}
