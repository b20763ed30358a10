import { S3Error } from '../errors.ts'
import { checkTags, tagSetShape } from '../tag-set.ts'
import { boolean, many, oneOf, optional, required, structure, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html */
export const tagging: BucketSetting<InferXml<typeof tagSetShape>> = {
  name: 'tagging',
  root: 'Tagging',
  shape: tagSetShape,
  missing: 'NoSuchTagSet',
  putStatus: 204,
  check(value) {
    checkTags(value.TagSet.Tag, 'bucket')
    return value
  },
}

const blockShape = structure({
  BlockPublicAcls: optional(boolean),
  IgnorePublicAcls: optional(boolean),
  BlockPublicPolicy: optional(boolean),
  RestrictPublicBuckets: optional(boolean),
})

export type PublicAccessBlock = InferXml<typeof blockShape>

/** New buckets block all public access since April 2023. */
export const publicAccessBlock: BucketSetting<PublicAccessBlock> = {
  name: 'publicAccessBlock',
  root: 'PublicAccessBlockConfiguration',
  shape: blockShape,
  missing: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  deleted: 'NoSuchPublicAccessBlockConfiguration',
  putStatus: 200,
  check: ({ BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets }) => ({
    BlockPublicAcls: BlockPublicAcls ?? false,
    IgnorePublicAcls: IgnorePublicAcls ?? false,
    BlockPublicPolicy: BlockPublicPolicy ?? false,
    RestrictPublicBuckets: RestrictPublicBuckets ?? false,
  }),
}

const ownership = oneOf('BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter')
const ownershipShape = structure({ Rule: many(structure({ ObjectOwnership: required(ownership) }), 1, 1) })

/** New buckets have no access control lists since April 2023. */
export const ownershipControls: BucketSetting<InferXml<typeof ownershipShape>> = {
  name: 'ownershipControls',
  root: 'OwnershipControls',
  shape: ownershipShape,
  missing: { Rule: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  deleted: 'OwnershipControlsNotFoundError',
  putStatus: 200,
}

const paymentShape = structure({ Payer: required(oneOf('BucketOwner', 'Requester')) })

export const requestPayment: BucketSetting<InferXml<typeof paymentShape>> = {
  name: 'requestPayment',
  root: 'RequestPaymentConfiguration',
  shape: paymentShape,
  missing: { Payer: 'BucketOwner' },
  putStatus: 200,
}

const accelerateShape = structure({ Status: optional(oneOf('Enabled', 'Suspended')) })

export const accelerate: BucketSetting<InferXml<typeof accelerateShape>> = {
  name: 'accelerate',
  root: 'AccelerateConfiguration',
  shape: accelerateShape,
  missing: { Status: undefined },
  putStatus: 200,
  check(value, _, { bucket }) {
    if (bucket.includes('.')) {
      throw new S3Error(
        'InvalidRequest',
        'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
      )
    }
    if (value.Status === undefined) throw new S3Error('MalformedXML')
    return value
  },
}
