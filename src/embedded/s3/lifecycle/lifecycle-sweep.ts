import type { Store } from '../../store.ts'
import { prepareQuery } from '../catalog-statements.ts'
import type { ObjectEvent } from '../notifications/object-event.ts'
import type { S3Context } from '../s3-request.ts'
import { lifecycle, type Lifecycle, type LifecycleRule } from '../settings/lifecycle.ts'
import { dueObjects, dueUploads, dueVersions, type Due } from './due.ts'
import { dayMs, prefixOf } from './expiry.ts'
import { pages } from './pages.ts'
import { createRemover } from './remove-due.ts'

export interface LifecycleSweep {
  stop(): void
}

/** Rows looked at in one turn, before others get theirs. */
const pageRows = 1000

/**
 * Carries out lifecycle rules once a day, at midnight UTC, and once at the start for what fell due meanwhile. Current
 * objects expire by days or date; versions by days since they were replaced; delete markers with nothing beneath them;
 * multipart uploads by days since they began. What a rule removes is told as LifecycleExpiration.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function createLifecycleSweep(
  store: Store,
  context: S3Context,
  record: (event: ObjectEvent) => void,
  onError: (error: unknown) => void,
): LifecycleSweep {
  const { catalog, uploads, clock } = context
  const settings = prepareQuery<{ bucket: string; document: string }>(
    store,
    `select bucket, document from s3_bucket_settings where setting = '${lifecycle.name}'`,
  )
  const remover = createRemover(context, record)
  let cancel = clock.after(0, begin)

  function begin(): void {
    goOn(sweep(clock.now()))
  }

  function goOn(work: Iterator<void>): void {
    const isOver = takeStep(work)
    cancel = isOver ? clock.after(dayMs - (clock.now() % dayMs), begin) : clock.after(0, () => goOn(work))
  }

  function takeStep(work: Iterator<void>): boolean {
    try {
      return work.next().done === true
    } catch (error) {
      // A full disk, say. What is due today is due tomorrow as well.
      onError(error)
      return true
    }
  }

  /** Yields after each page. A bucket may go in between. */
  function* sweep(nowMs: number): Generator<void> {
    for (const { bucket, document } of settings.all()) {
      const { Rule: rules } = JSON.parse(document) as Lifecycle
      for (const rule of rules.filter(({ Status }) => Status === 'Enabled')) {
        yield* sweepObjects(bucket, rule, nowMs)
        yield* sweepVersions(bucket, rule, nowMs)
        yield* sweepUploads(bucket, rule, nowMs)
      }
    }
  }

  function* sweepObjects(bucket: string, rule: LifecycleRule, nowMs: number): Generator<void> {
    if (rule.Expiration === undefined) return
    const read = (from: string, below: string | undefined) => catalog.objectsFrom(bucket, from, below)
    for (const objects of pages(read, prefixOf(rule), pageRows)) {
      removeAll(bucket, dueObjects(catalog, bucket, rule, objects, nowMs))
      yield
    }
  }

  function* sweepVersions(bucket: string, rule: LifecycleRule, nowMs: number): Generator<void> {
    if (rule.Expiration === undefined && rule.NoncurrentVersionExpiration === undefined) return
    if (catalog.bucket(bucket)?.versioning === '') return
    const read = (from: string, below: string | undefined) => catalog.versionsFrom(bucket, from, below)
    for (const versions of pages(read, prefixOf(rule), pageRows)) {
      removeAll(bucket, dueVersions(catalog, bucket, rule, versions, nowMs))
      yield
    }
  }

  function* sweepUploads(bucket: string, rule: LifecycleRule, nowMs: number): Generator<void> {
    if (rule.AbortIncompleteMultipartUpload === undefined) return
    const read = (from: string, below: string | undefined) => uploads.uploadsFrom(bucket, from, below)
    for (const open of pages(read, prefixOf(rule), pageRows)) {
      remover.abort(dueUploads(rule, open, nowMs))
      yield
    }
  }

  function removeAll(name: string, due: readonly Due[]): void {
    const bucket = catalog.bucket(name)
    if (bucket !== undefined && due.length > 0) remover.remove(bucket, due)
  }

  return { stop: () => cancel() }
}
