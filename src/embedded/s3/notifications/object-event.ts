import type { Bucket, StoredObject } from '../catalog.ts'
import type { ObjectChange } from '../object-change.ts'

/** What a notification tells: something happened to an object, and who made it happen. */
export interface ObjectEvent {
  /** By the name of the notification, without `s3:`. */
  readonly name: ObjectChange['event'] | 'LifecycleExpiration:Delete' | 'LifecycleExpiration:DeleteMarkerCreated'
  readonly bucket: Bucket
  readonly key: string
  readonly versionId: string
  /** What was created or tagged; undefined for removals. */
  readonly object: StoredObject | undefined
  readonly principalId: string
  readonly sourceIPAddress: string
  readonly requestId: string
}

export function eventOf({ event, request, key, versionId, object }: ObjectChange): ObjectEvent {
  const { found, caller, incoming, requestId } = request
  return {
    name: event,
    bucket: found,
    key,
    versionId,
    object,
    principalId: caller.accessKeyId === '' ? 'Anonymous' : `AWS:${caller.accessKeyId}`,
    sourceIPAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
    requestId,
  }
}
