import { encodeKey } from '../encode-key.ts'
import { canonicalId } from '../owner.ts'
import { hostId } from '../s3-request.ts'
import type { ObjectEvent } from './object-event.ts'

/** MD5 of nothing: what a delete marker is said to hold. */
const emptyEtag = 'd41d8cd98f00b204e9800998ecf8427e'

/**
 * The message about one event, as S3 writes it. The sequencer, a hexadecimal number, orders the events of a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function eventMessage(event: ObjectEvent, configurationId: string, atMs: number, sequencer: string): string {
  const { name, bucket, principalId, sourceIPAddress, requestId } = event
  const record = {
    eventVersion: isLate(name) ? '2.3' : '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(atMs).toISOString(),
    eventName: name,
    userIdentity: { principalId },
    requestParameters: { sourceIPAddress },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId) },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: canonicalId(bucket.accountId).slice(0, 14).toUpperCase() },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: objectMembers(event, sequencer),
    },
  }
  return JSON.stringify({ Records: [record] })
}

/** What a queue is sent when a configuration names it. */
export function testMessage(bucket: string, requestId: string, atMs: number): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date(atMs).toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: hostId(requestId),
  })
}

function objectMembers({ name, key, bucket, versionId, object }: ObjectEvent, sequencer: string): object {
  const isMarker = name.endsWith(':DeleteMarkerCreated')
  return {
    key: encodeKey(key),
    size: name.startsWith('ObjectCreated:') ? object?.bytes : undefined,
    eTag: isMarker ? emptyEtag : object?.etag,
    versionId: bucket.versioning === '' ? undefined : versionId,
    sequencer: name.startsWith('ObjectTagging:') || name === 'ObjectAcl:Put' ? undefined : sequencer,
  }
}

/** Events that S3 got later have a later version of the record. */
function isLate(name: ObjectEvent['name']): boolean {
  return !name.startsWith('ObjectCreated:') && !name.startsWith('ObjectRemoved:')
}
