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
  let dropped: readonly string[] = []
  let committed: StoredObject
  try {
    committed = catalog.transaction(() => {
      const { stored, bodies: replaced } = catalog.store(request.bucket, object, (current) => {
        if (condition === undefined) return
        condition(current)
        write.checkConflict()
      })
      dropped = alongside === undefined ? replaced : [...replaced, ...alongside(stored)]
      context.changed({ event, request, key: stored.key, versionId: stored.versionId, object: stored })
      return stored
    })
  } catch (error) {
    bodies.remove(object.body)
    throw error
  }
  bodies.keep(object.body)
  for (const body of dropped) bodies.remove(body)
  return committed
}

/** S3 keeps times of objects in seconds; a listing shows `.000Z`. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}
