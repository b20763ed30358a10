import type { ChecksumAlgorithm } from './checksums.ts'

/** Of a multipart object: over its bytes, or over the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** What an upload makes, before it has its place among the versions. Its bytes are the body `body`. */
export interface NewObject {
  readonly key: string
  readonly body: string
  readonly bytes: number
  /** Hex MD5, without quotes; of a multipart upload the MD5 of its parts' MD5s, `-` and their number. */
  readonly etag: string
  /** Milliseconds since the epoch, whole seconds as S3 keeps them. */
  readonly modifiedAt: number
  readonly checksumAlgorithm: ChecksumAlgorithm
  /** Base64; if it is COMPOSITE, `-` and the number of parts follow. */
  readonly checksum: string
  readonly checksumType: ChecksumType
  /** JSON of `ObjectPart[]`; empty where it was not uploaded in parts. */
  readonly parts: string
  /** JSON: the headers stored with the object, by lower-case name. */
  readonly headers: string
  /** JSON: tags by key; empty for none. */
  readonly tags: string
}

/** An object as the catalog has it. */
export interface StoredObject extends NewObject {
  /** `null` where the bucket was not versioned when it came. */
  readonly versionId: string
  /** Orders the versions of a key, the newest has the highest. */
  readonly sequence: number
}

/** A version, or a delete marker, of which only key, version id, sequence and time mean anything. */
export interface StoredVersion extends StoredObject {
  readonly isMarker: 0 | 1
}

/** One part of a multipart object, in order. */
export interface ObjectPart {
  readonly number: number
  readonly bytes: number
  /** Base64, of the object's algorithm. */
  readonly checksum: string
}

export interface ListedObject extends Pick<
  StoredObject,
  'key' | 'bytes' | 'etag' | 'modifiedAt' | 'checksumAlgorithm' | 'checksumType'
> {
  /** Null for STANDARD. */
  readonly storageClass: string | null
}

export interface ListedVersion extends ListedObject {
  readonly versionId: string
  readonly sequence: number
  readonly isMarker: 0 | 1
}

export function partsOf({ parts }: NewObject): ObjectPart[] {
  return parts === '' ? [] : (JSON.parse(parts) as ObjectPart[])
}
