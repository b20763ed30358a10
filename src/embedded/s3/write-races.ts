import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AwsLike } from '../aws-like.ts'
import { S3Error } from './errors.ts'

/** Of conditional writes that race, the share that loses although its condition holds. */
const conflictShare = 0.25

/** One write of a key, from its request's begin to its end. */
export interface Write {
  /** To be asked in the commit of a conditional write. Throws S3Error ConditionalRequestConflict. */
  checkConflict(): void
  /** After the commit, or instead of it. */
  end(): void
}

/** Knows which writes of one key are under way at the same time. */
export interface WriteRaces {
  begin(bucket: string, key: string): Promise<Write>
}

const untroubled: Promise<Write> = Promise.resolve({ checkConflict: () => {}, end: () => {} })

/**
 * S3 may refuse a conditional write while another write of the key is under way, whatever the condition; callers have to
 * try again. Only with `awsLike`; otherwise nobody loses a race that the condition does not decide.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createWriteRaces(awsLike: AwsLike | undefined): WriteRaces {
  if (awsLike === undefined) return { begin: () => untroubled }
  const underWay = new Map<string, Set<{ raced: boolean }>>()

  return {
    async begin(bucket, key) {
      const name = `${bucket}/${key}`
      const writes = underWay.get(name) ?? new Set()
      underWay.set(name, writes)
      const write = { raced: writes.size > 0 }
      for (const other of writes) other.raced = true
      writes.add(write)
      // A small write is done in one turn here. On S3 it takes its time, in which others come.
      await nextTurn()
      return {
        checkConflict() {
          if (write.raced && awsLike.chance('s3/conditional-conflict', conflictShare)) {
            throw new S3Error('ConditionalRequestConflict')
          }
        },
        end() {
          writes.delete(write)
          if (writes.size === 0) underWay.delete(name)
        },
      }
    },
  }
}
