import type { Catalog, ListedObject, ListedVersion } from '../catalog.ts'
import type { LifecycleRule } from '../settings/lifecycle.ts'
import type { Upload } from '../uploads.ts'
import { dueAt, expiresAt, isFor } from './expiry.ts'

/** What a rule takes now. */
export interface Due {
  readonly key: string
  /** Undefined: the current object, as DELETE without a version id takes it. */
  readonly versionId: string | undefined
}

export function dueObjects(
  catalog: Catalog,
  bucket: string,
  rule: LifecycleRule,
  objects: readonly ListedObject[],
  nowMs: number,
): Due[] {
  return objects
    .filter(({ key, modifiedAt }) => {
      const atMs = expiresAt(rule, modifiedAt)
      if (atMs === undefined || atMs > nowMs) return false
      const object = catalog.object(bucket, key)
      return object !== undefined && isFor(rule, object)
    })
    .map(({ key }) => ({ key, versionId: undefined }))
}

/** Of whole keys, each with its newest version first. */
export function dueVersions(
  catalog: Catalog,
  bucket: string,
  rule: LifecycleRule,
  versions: readonly ListedVersion[],
  nowMs: number,
): Due[] {
  const due: Due[] = []
  const noncurrent = rule.NoncurrentVersionExpiration
  let rank = 0
  versions.forEach((version, index) => {
    const newer = versions[index - 1]
    if (newer?.key !== version.key) {
      rank = 0
      const isAlone = versions[index + 1]?.key !== version.key
      if (isAlone && version.isMarker === 1 && takesMarkers(rule)) due.push(version)
      return
    }
    if (noncurrent === undefined) return
    const isKept = rank++ < (noncurrent.NewerNoncurrentVersions ?? 0)
    // A version is not current since the next one came.
    if (isKept || dueAt(newer.modifiedAt, noncurrent.NoncurrentDays ?? 0) > nowMs) return
    const stored = catalog.version(bucket, version.key, version.versionId)
    if (stored !== undefined && isFor(rule, stored)) due.push(version)
  })
  return due
}

export function dueUploads(rule: LifecycleRule, uploads: readonly Upload[], nowMs: number): Upload[] {
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  return days === undefined ? [] : uploads.filter(({ initiatedAt }) => dueAt(initiatedAt, days) <= nowMs)
}

/** Delete markers with nothing beneath them go by their own rule, and by any that expires objects by days. */
function takesMarkers({ Expiration }: LifecycleRule): boolean {
  return Expiration?.ExpiredObjectDeleteMarker === true || Expiration?.Days !== undefined
}
