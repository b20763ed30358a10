import { notOffered } from './not-offered.ts'
import { operationNames } from './operations.ts'

export interface OperationOffer {
  /** AWS's name. */
  readonly name: string
  /**
   * `offered`: does what AWS does. `stored`: checked, kept and given back, without effect. `not offered`: refused with
   * NotImplemented where it would change something, else answered as for a bucket that has none of it.
   */
  readonly offer: 'offered' | 'stored' | 'not offered'
  readonly note: string
}

/** What is kept and given back, and what that does not do. */
const stored: Readonly<Record<string, string>> = {
  PutBucketAccelerateConfiguration: 'no other endpoint becomes faster',
  PutBucketAcl: 'canned ACLs; access is not decided by them',
  PutObjectAcl: 'canned ACLs; access is not decided by them',
  PutBucketEncryption: 'answers name the encryption; nothing is encrypted, keys are not looked up',
  PutBucketLogging: 'no access logs are written',
  PutBucketPolicy: 'access is not decided by it',
  PutPublicAccessBlock: 'refuses public ACLs and policies; access is not decided by it',
  PutBucketRequestPayment: 'nobody pays',
  PutBucketWebsite: 'there are no website endpoints',
}

/** Offered in part. */
const notes: Readonly<Record<string, string>> = {
  PutBucketNotificationConfiguration:
    'to SQS queues; EventBridge is kept without effect, topics and functions are refused',
  PutBucketLifecycleConfiguration: 'expiration and abortion are carried out, transitions change nothing',
  PutBucketVersioning: 'without MFA delete',
  PutObject: 'storage classes are shown only, archives and SSE-C are refused',
}

/** What S3 has besides; lists of configurations, all of them empty, share the name of their GET. */
const others =
  'DeleteBucketMetadataConfiguration DeleteBucketMetadataTableConfiguration DeleteObjectAnnotation GetBucketAbac ' +
  'GetBucketMetadataConfiguration GetBucketMetadataTableConfiguration GetObjectAnnotation ' +
  'ListBucketAnalyticsConfigurations ListBucketIntelligentTieringConfigurations ListBucketInventoryConfigurations ' +
  'ListBucketMetricsConfigurations ListDirectoryBuckets ListObjectAnnotations PutBucketAbac PutObjectAnnotation ' +
  'UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration ' +
  'UpdateBucketMetadataJournalTableConfiguration UpdateObjectEncryption WriteGetObjectResponse'

/** Every operation of S3 and whether it is here, for the table of what is as on AWS. By name. */
export const offeredOperations: readonly OperationOffer[] = describe()

function describe(): OperationOffer[] {
  const refused = new Set([...Object.values(notOffered).map(({ name }) => name), ...others.split(' ')])
  const here = operationNames.filter((name) => !refused.has(name))
  const offers = [
    ...here.map((name): OperationOffer =>
      Object.hasOwn(stored, name)
        ? { name, offer: 'stored', note: stored[name] }
        : { name, offer: 'offered', note: notes[name] ?? '' },
    ),
    ...[...refused].map((name): OperationOffer => ({ name, offer: 'not offered', note: '' })),
  ]
  return offers.sort((a, b) => (a.name < b.name ? -1 : 1))
}
