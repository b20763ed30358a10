import type { ChunkSignatures } from './chunk-signatures.ts'

/** A request's proof of who sends it. */
export interface Authentication {
  /** For a body that is sent in signed chunks: S3's alone. */
  readonly chunks: ChunkSignatures | undefined
}
