import { randomUUID } from 'node:crypto'
import type { Bucket, Removal } from '../catalog.ts'
import { wholeSeconds } from '../commit-object.ts'
import type { ObjectEvent } from '../notifications/object-event.ts'
import type { S3Context } from '../s3-request.ts'
import type { Upload } from '../uploads.ts'
import type { Due } from './due.ts'

export interface Remover {
  /** All in one transaction, with their notifications. */
  remove(bucket: Bucket, due: readonly Due[]): void
  abort(due: readonly Upload[]): void
}

/** S3 itself, deleting. */
export function createRemover(context: S3Context, record: (event: ObjectEvent) => void): Remover {
  const { catalog, uploads, bodies, clock } = context

  function removeOne(bucket: Bucket, { key, versionId }: Due): Removal {
    const removal =
      versionId === undefined
        ? catalog.delete(bucket.name, key, wholeSeconds(clock.now()), () => {})
        : catalog.deleteVersion(bucket.name, key, versionId, () => {})
    const isNewMarker = removal.isMarker && versionId === undefined
    record({
      name: isNewMarker ? 'LifecycleExpiration:DeleteMarkerCreated' : 'LifecycleExpiration:Delete',
      bucket,
      key,
      versionId: removal.versionId,
      object: undefined,
      principalId: 's3.amazonaws.com',
      sourceIPAddress: 's3.amazonaws.com',
      requestId: randomUUID(),
    })
    return removal
  }

  return {
    remove(bucket, due) {
      bodies.transaction((change) => due.forEach((one) => change.drop(removeOne(bucket, one).bodies)))
    },
    abort(due) {
      if (due.length === 0) return
      bodies.transaction((change) => due.forEach((upload) => change.drop(uploads.abort(upload))))
    },
  }
}
