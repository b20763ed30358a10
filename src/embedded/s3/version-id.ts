import { invalidArgument } from './invalid-argument.ts'
import { makeOrderedId, sequenceOf } from './ordered-id.ts'

const randomLength = 18

/** The id of a version that came, or comes, while the bucket is not versioned. */
export const nullVersion = 'null'

/** 32 characters, as AWS's are. */
export function makeVersionId(sequence: number): string {
  return makeOrderedId(sequence, randomLength)
}

/** The sequence in the id; undefined for `null`, whose place only the catalog knows. Throws S3Error InvalidArgument. */
export function readVersionId(versionId: string): number | undefined {
  if (versionId === nullVersion) return undefined
  const sequence = sequenceOf(versionId, randomLength)
  if (sequence !== undefined) return sequence
  throw invalidArgument('Invalid version id specified', 'versionId', versionId)
}

/** `versionId` of the query. Throws S3Error InvalidArgument where it is empty or no version id. */
export function askedVersion(query: URLSearchParams): string | undefined {
  const versionId = query.size === 0 ? null : query.get('versionId')
  if (versionId === null) return undefined
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '')
  readVersionId(versionId)
  return versionId
}
