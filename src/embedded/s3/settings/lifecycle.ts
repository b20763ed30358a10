import { randomUUID } from 'node:crypto'
import { S3Error } from '../errors.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { tagShape } from '../tag-set.ts'
import { boolean, integer, many, oneOf, optional, required, structure, text, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

const transitionClass = oneOf(
  'GLACIER',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
)
const sizes = { ObjectSizeGreaterThan: optional(integer), ObjectSizeLessThan: optional(integer) }
const filter = structure({
  Prefix: optional(text),
  Tag: optional(tagShape),
  ...sizes,
  And: optional(structure({ Prefix: optional(text), Tag: many(tagShape), ...sizes })),
})

const rule = structure({
  ID: optional(text),
  Prefix: optional(text),
  Filter: optional(filter),
  Status: required(oneOf('Enabled', 'Disabled')),
  Expiration: optional(
    structure({ Date: optional(text), Days: optional(integer), ExpiredObjectDeleteMarker: optional(boolean) }),
  ),
  Transition: many(
    structure({ Date: optional(text), Days: optional(integer), StorageClass: required(transitionClass) }),
  ),
  NoncurrentVersionExpiration: optional(
    structure({ NoncurrentDays: optional(integer), NewerNoncurrentVersions: optional(integer) }),
  ),
  NoncurrentVersionTransition: many(
    structure({
      NoncurrentDays: optional(integer),
      StorageClass: required(transitionClass),
      NewerNoncurrentVersions: optional(integer),
    }),
  ),
  AbortIncompleteMultipartUpload: optional(structure({ DaysAfterInitiation: optional(integer) })),
})

const shape = structure({ Rule: many(rule, 1, 1000) })

export type LifecycleRule = InferXml<typeof rule>
export type Lifecycle = InferXml<typeof shape>

/**
 * Rules are checked and given back; what expires and what aborts uploads is carried out (lifecycle-sweep.ts),
 * transitions change nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export const lifecycle: BucketSetting<Lifecycle> = {
  name: 'lifecycle',
  root: 'LifecycleConfiguration',
  shape,
  missing: 'NoSuchLifecycleConfiguration',
  putStatus: 200,
  headers: { 'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K' },
  check({ Rule }) {
    const ids = new Set<string>()
    for (const one of Rule) {
      checkRule(one)
      const id = one.ID ?? ''
      if (id.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', id)
      if (id !== '' && ids.has(id)) {
        throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', id)
      }
      ids.add(id)
    }
    return { Rule: Rule.map((one) => ({ ...one, ID: one.ID || randomUUID() })) }
  },
}

function checkRule(one: LifecycleRule): void {
  if ((one.Prefix === undefined) === (one.Filter === undefined)) throw new S3Error('MalformedXML')
  checkFilter(one)
  const { Expiration, NoncurrentVersionExpiration: noncurrent, AbortIncompleteMultipartUpload: abort } = one
  const actions = [Expiration, noncurrent, abort, ...one.Transition, ...one.NoncurrentVersionTransition]
  if (actions.every((action) => action === undefined)) {
    throw new S3Error('InvalidRequest', 'At least one action needs to be specified in a rule')
  }
  if (Expiration !== undefined) checkWhen('Expiration', Expiration, Expiration.ExpiredObjectDeleteMarker)
  if (noncurrent !== undefined) requirePositive('NoncurrentDays', 'NoncurrentVersionExpiration', noncurrent)
  if (abort !== undefined) requirePositive('DaysAfterInitiation', 'AbortIncompleteMultipartUpload', abort)
  one.Transition.forEach((transition) => checkTransition(transition, one))
  if (hasTags(one) && (abort !== undefined || Expiration?.ExpiredObjectDeleteMarker !== undefined)) {
    const action = abort === undefined ? 'ExpiredObjectDeleteMarker' : 'AbortIncompleteMultipartUpload'
    throw new S3Error('InvalidRequest', `${action} cannot be specified with Tags.`)
  }
}

function checkFilter({ Filter }: LifecycleRule): void {
  if (Filter === undefined) return
  if (Object.values(Filter).filter((part) => part !== undefined).length > 1) throw new S3Error('MalformedXML')
  const keys = Filter.And?.Tag.map(({ Key }) => Key) ?? []
  if (new Set(keys).size < keys.length) throw new S3Error('InvalidRequest', 'Duplicate Tag Keys are not allowed.')
}

function hasTags({ Filter }: LifecycleRule): boolean {
  return Filter?.Tag !== undefined || (Filter?.And?.Tag.length ?? 0) > 0
}

interface When {
  readonly Date?: string | undefined
  readonly Days?: number | undefined
}

/** Exactly one of a date, a number of days and, for an expiration, the delete marker. */
function checkWhen(action: string, { Date: date, Days: days }: When, marker?: boolean): void {
  if ([date, days, marker].filter((part) => part !== undefined).length !== 1) throw new S3Error('MalformedXML')
  if (date !== undefined) {
    const time = Date.parse(date)
    if (Number.isNaN(time)) throw new S3Error('MalformedXML')
    if (time % 86_400_000 !== 0) throw invalidArgument("'Date' must be at midnight GMT", 'Date', date)
  }
  if (days !== undefined && (days < 0 || (days === 0 && action === 'Expiration'))) {
    throw invalidArgument(`'Days' for ${action} action must be a positive integer`, 'Days', String(days))
  }
}

function checkTransition(transition: LifecycleRule['Transition'][number], { Expiration }: LifecycleRule): void {
  checkWhen('Transition', transition)
  const { Days: days, StorageClass: storageClass } = transition
  if (days === undefined) return
  if (days < 30 && (storageClass === 'STANDARD_IA' || storageClass === 'ONEZONE_IA')) {
    const message = `'Days' in Transition action must be greater than or equal to 30 for storageClass '${storageClass}'`
    throw invalidArgument(message, 'Days', String(days))
  }
  if (Expiration?.Days !== undefined && Expiration.Days <= days) {
    const message = "'Days' in the Expiration action must be greater than 'Days' in the Transition action"
    throw invalidArgument(message, 'Days', String(Expiration.Days))
  }
}

function requirePositive<K extends string>(
  name: K,
  action: string,
  value: { readonly [k in K]?: number | undefined },
): void {
  const days = value[name]
  if (days === undefined) throw new S3Error('MalformedXML')
  if (days <= 0) throw invalidArgument(`'${name}' for ${action} action must be a positive integer`, name, String(days))
}
