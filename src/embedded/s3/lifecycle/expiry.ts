import type { LifecycleRule } from '../settings/lifecycle.ts'

export const dayMs = 86_400_000

/** What a rule's filter looks at. */
export interface Filtered {
  readonly key: string
  readonly bytes: number
  /** JSON by key; empty for none. */
  readonly tags: string
}

/** The keys the rule is for begin with this. */
export function prefixOf({ Prefix, Filter }: LifecycleRule): string {
  return Prefix ?? Filter?.Prefix ?? Filter?.And?.Prefix ?? ''
}

/** Whether the rule is for the object. An empty filter is for all. */
export function isFor(rule: LifecycleRule, { key, bytes, tags }: Filtered): boolean {
  const { Filter } = rule
  const { ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = Filter?.And ?? Filter ?? {}
  const wanted = Filter?.Tag === undefined ? (Filter?.And?.Tag ?? []) : [Filter.Tag]
  if (!key.startsWith(prefixOf(rule))) return false
  if (above !== undefined && bytes <= above) return false
  if (below !== undefined && bytes >= below) return false
  if (wanted.length === 0) return true
  const found = tags === '' ? {} : (JSON.parse(tags) as Record<string, string>)
  return wanted.every(({ Key, Value }) => found[Key] === Value)
}

/**
 * Midnight UTC at which something `days` days after `sinceMs` is due: S3 rounds up to the next day.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export function dueAt(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * dayMs) / dayMs) * dayMs
}

/** When the rule expires an object that came at `modifiedAt`; undefined where it does not. Milliseconds. */
export function expiresAt({ Status, Expiration }: LifecycleRule, modifiedAt: number): number | undefined {
  if (Status !== 'Enabled' || Expiration === undefined) return undefined
  if (Expiration.Days !== undefined) return dueAt(modifiedAt, Expiration.Days)
  return Expiration.Date === undefined ? undefined : Date.parse(Expiration.Date)
}
