import { S3Error } from '../errors.ts'
import { boolean, many, oneOf, optional, required, structure, text, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

const shape = structure({
  Rule: many(
    structure({
      ApplyServerSideEncryptionByDefault: optional(
        structure({
          SSEAlgorithm: required(oneOf('AES256', 'aws:kms', 'aws:kms:dsse')),
          KMSMasterKeyID: optional(text),
        }),
      ),
      BucketKeyEnabled: optional(boolean),
      BlockedEncryptionTypes: optional(structure({ EncryptionType: many(oneOf('NONE', 'SSE-C'), 1) })),
    }),
    1,
    1,
  ),
})

export type Encryption = InferXml<typeof shape>

/** What every bucket has had since January 2023. */
const byDefault: Encryption = {
  Rule: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: undefined },
      BucketKeyEnabled: false,
      BlockedEncryptionTypes: undefined,
    },
  ],
}

/**
 * Nothing is encrypted here: the setting decides what answers say of new objects, as on AWS. Keys are not looked up.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export const encryption: BucketSetting<Encryption> = {
  name: 'encryption',
  root: 'ServerSideEncryptionConfiguration',
  shape,
  missing: byDefault,
  putStatus: 200,
  check({ Rule: [rule] }) {
    const { ApplyServerSideEncryptionByDefault: applied = { SSEAlgorithm: 'AES256', KMSMasterKeyID: undefined } } = rule
    if (applied.SSEAlgorithm === 'AES256' && applied.KMSMasterKeyID !== undefined) {
      throw new S3Error(
        'InvalidArgument',
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
        { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
      )
    }
    const BucketKeyEnabled = rule.BucketKeyEnabled ?? false
    return { Rule: [{ ...rule, ApplyServerSideEncryptionByDefault: applied, BucketKeyEnabled }] }
  },
}
