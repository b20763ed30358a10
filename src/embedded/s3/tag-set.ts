import { S3Error } from './errors.ts'
import { invalidArgument } from './invalid-argument.ts'
import { many, required, structure, text, type InferXml } from './xml-shape.ts'

export const tagShape = structure({ Key: required(text), Value: required(text) })
export const tagSetShape = structure({ TagSet: required(structure({ Tag: many(tagShape) })) })

export type Tag = InferXml<typeof tagShape>

const maxTags = { object: 10, bucket: 50 }
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * The rules of a tag set, in AWS's words. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 * Throws S3Error InvalidTag, or BadRequest where there are too many.
 */
export function checkTags(tags: readonly Tag[], kind: 'object' | 'bucket'): void {
  if (tags.length > maxTags[kind]) {
    const subject = kind === 'object' ? 'Object tags' : 'Bucket tag count'
    throw new S3Error('BadRequest', `${subject} cannot be greater than ${maxTags[kind]}`)
  }
  const keys = new Set<string>()
  for (const { Key, Value } of tags) {
    const refuse = (message: string, details = {}): S3Error =>
      new S3Error('InvalidTag', message, { TagKey: Key, ...details })
    if (keys.has(Key)) throw refuse('Cannot provide multiple Tags with the same key')
    if (Key.toLowerCase().startsWith('aws:')) {
      throw refuse(
        kind === 'bucket'
          ? 'System tags cannot be added/updated by requester'
          : 'Your TagKey cannot be prefixed with aws:',
      )
    }
    if (Key.length < 1 || Key.length > 128 || !allowed.test(Key)) {
      throw refuse('The TagKey you have provided is invalid')
    }
    if (Value.length > 256 || !allowed.test(Value)) {
      throw refuse('The TagValue you have provided is invalid', { TagValue: Value })
    }
    keys.add(Key)
  }
}

/**
 * Reads the header x-amz-tagging, `key=value&key=value` in the encoding of a query, and checks it as an object's tags.
 * Throws S3Error InvalidArgument where it does not read, else as `checkTags`.
 */
export function readTaggingHeader(header: string): Tag[] {
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }))
  const isUnique = new Set(tags.map(({ Key }) => Key)).size === tags.length
  if (!isUnique || !readsAsQuery(header)) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    )
  }
  checkTags(tags, 'object')
  return tags
}

/** JSON by key, as the catalog keeps tags; empty for none. */
export function tagsJson(tags: readonly Tag[]): string {
  return tags.length === 0 ? '' : JSON.stringify(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])))
}

/** The other way round. */
export function readTags(json: string): Tag[] {
  const tags = json === '' ? {} : (JSON.parse(json) as Record<string, string>)
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** URLSearchParams takes anything; what is no UTF-8 behind its percent signs must not become other characters. */
function readsAsQuery(header: string): boolean {
  try {
    decodeURIComponent(header.replaceAll('+', ' '))
    return true
  } catch {
    return false
  }
}
