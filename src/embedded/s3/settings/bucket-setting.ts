import type { S3ErrorCode } from '../errors.ts'
import type { BucketRequest, S3Context } from '../s3-request.ts'
import type { XmlShape } from '../xml-shape.ts'

/** One setting of a bucket that has a document of its own. */
export interface BucketSetting<T> {
  /** Its query parameter, e.g. `cors`. */
  readonly name: string
  /** Root element of its document. */
  readonly root: string
  readonly shape: XmlShape<T>
  /** What AWS checks beyond the schema; answers what is kept. Throws S3Error. */
  readonly check?: (value: T, context: S3Context, request: BucketRequest) => T
  /** What GET answers where nothing was put. */
  readonly missing: S3ErrorCode | T
  /** What it is for a bucket whose setting was deleted; as `missing` if not given. */
  readonly deleted?: S3ErrorCode
  readonly putStatus: 200 | 204
  /** Headers of the answers to PUT and GET. */
  readonly headers?: Readonly<Record<string, string>>
}
