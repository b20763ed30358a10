import type { NewObject, StoredObject } from './catalog.ts'
import type { ObjectChange } from './object-change.ts'
import type { WriteCondition } from './preconditions.ts'
import type { BucketRequest, S3Context } from './s3-request.ts'
import type { Write } from './write-races.ts'

export interface Commit {
  readonly object: NewObject
  readonly condition: WriteCondition | undefined
  readonly write: Write
  readonly event: ObjectChange['event']
  /** What else must happen in the same transaction; answers bodies that are then nobody's. */
  readonly alongside?: (stored: StoredObject) => readonly string[]
}

/**
 * Makes a written body the object, and drops the bodies that it replaces; or drops the new one where it is refused.
 * Throws what the condition throws, S3Error NoSuchBucket or ConditionalRequestConflict.
 */
export function commitObject(context: S3Context, request: BucketRequest, commit: Commit): StoredObject {
  const { catalog, bodies } = context
  const { object, condition, write, event, alongside } = commit
  return bodies.transaction((change) => {
    change.add(object.body)
    const { stored, bodies: replaced } = catalog.store(request.bucket, object, (current) => {
      if (condition === undefined) return
      condition(current)
      write.checkConflict()
    })
    change.drop(replaced)
    if (alongside !== undefined) change.drop(alongside(stored))
    context.changed({ event, request, key: stored.key, versionId: stored.versionId, object: stored })
    return stored
  })
}

/** S3 keeps times of objects in seconds; a listing shows `.000Z`. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}
