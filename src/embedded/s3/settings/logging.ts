import { S3Error } from '../errors.ts'
import { many, oneOf, optional, required, structure, text, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

const empty = structure({})
const grantee = structure({
  ID: optional(text),
  DisplayName: optional(text),
  EmailAddress: optional(text),
  URI: optional(text),
})
const grant = structure({ Grantee: required(grantee), Permission: required(oneOf('FULL_CONTROL', 'READ', 'WRITE')) })
const shape = structure({
  LoggingEnabled: optional(
    structure({
      TargetBucket: required(text),
      TargetPrefix: optional(text),
      TargetGrants: optional(structure({ Grant: many(grant) })),
      TargetObjectKeyFormat: optional(
        structure({
          PartitionedPrefix: optional(structure({ PartitionDateSource: optional(oneOf('EventTime', 'DeliveryTime')) })),
          SimplePrefix: optional(empty),
        }),
      ),
    }),
  ),
})

type Logging = InferXml<typeof shape>

/**
 * Kept and given back; no access logs are written here.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html
 */
export const logging: BucketSetting<Logging> = {
  name: 'logging',
  root: 'BucketLoggingStatus',
  shape,
  missing: { LoggingEnabled: undefined },
  putStatus: 200,
  check({ LoggingEnabled }, { catalog }, { found }) {
    if (LoggingEnabled === undefined) return { LoggingEnabled }
    const { TargetBucket, TargetPrefix = '' } = LoggingEnabled
    const target = catalog.bucket(TargetBucket)
    if (target === undefined) throw new S3Error('InvalidTargetBucketForLogging', undefined, { TargetBucket })
    if (target.region !== found.region) {
      throw new S3Error('CrossLocationLoggingProhibitted', undefined, { TargetBucketLocation: target.region })
    }
    return { LoggingEnabled: { ...LoggingEnabled, TargetPrefix } }
  },
}
