import type { EmbeddedClock } from './clock.ts'
import { EmbeddedError } from './errors.ts'
import type { FaultPlan } from './faults/fault-plan.ts'
import { type AccessKey, readAccessKeys } from './signatures/access-key.ts'
import type { Sync } from './store.ts'

export interface EmbeddedOptions {
  /** Where everything is kept, made if it is not there. Default: a temporary folder, removed on stop. */
  readonly dataFolder?: string
  /**
   * Nothing is kept: the database is in memory, and bodies above 16 KB in a temporary folder made for the first one and
   * removed on stop. The quickest to start and to reset. Default: false. Not together with `dataFolder`.
   */
  readonly inMemory?: boolean
  /** What an answered request survives: `normal` (default) a `kill -9`, `full` a power failure too. See `Sync`. */
  readonly sync?: Sync
  /** 0-65535; default 0, any free one. */
  readonly port?: number
  /** A loopback address, or with `credentials` any of this machine's; default 127.0.0.1. */
  readonly host?: string
  /**
   * Turns the verification of signatures (AWS Signature Version 4) on: every request must be signed with one of these
   * keys, in time by the server's clock, and belongs to the account of its key. Default: anything is taken for signed.
   */
  readonly credentials?: readonly AccessKey[]
  /** The time of all rules. Default: the machine's, which `advance` moves; a clock given here moves by itself alone. */
  readonly clock?: EmbeddedClock
  /** What is to go wrong on purpose, from the start. Default: nothing. */
  readonly faults?: FaultPlan
  /**
   * A seed, 0 to 2^53 - 1, switches the AWS-like mode on: seeded repeats, disorder, short receives, lagging counters and
   * throttles, as AWS may show them. Default: off.
   */
  readonly awsLike?: number
  /** Messages in flight per queue at which receives are refused, from 1; default 120,000, as on AWS. */
  readonly sqsInFlightLimit?: number
  /** Called when the last connection to `/_turnaround/attach` has closed. */
  readonly onUnused?: () => void
  /** Told of faults of the server's own, each answered with a 500 where there was somebody to answer. */
  readonly onError?: (error: unknown) => void
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/** Throws EmbeddedError PORT_REFUSED, HOST_REFUSED, KEYS_REFUSED or OPTION_REFUSED. */
export function checkOptions(options: EmbeddedOptions): void {
  const { host, port = 0, credentials, dataFolder, inMemory, sync, awsLike = 0, sqsInFlightLimit = 1 } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new EmbeddedError('PORT_REFUSED', `the port must be a whole number from 0 to 65535, got ${port}`)
  }
  if (credentials !== undefined) readAccessKeys(credentials, 'credentials')
  else if (host !== undefined && !loopback.test(host)) {
    throw new EmbeddedError(
      'HOST_REFUSED',
      `the host must be a loopback address (127.0.0.1, ::1, localhost), got ${host}: signatures are not verified, ` +
        'so anybody who reaches the port could read and change everything; set keys to verify them with (credentials, --verify-signatures)',
    )
  }
  if (inMemory === true && dataFolder !== undefined) {
    throw new EmbeddedError(
      'OPTION_REFUSED',
      `inMemory keeps nothing, so there is no use for dataFolder ${dataFolder}; leave one out`,
    )
  }
  if (inMemory === true && sync === 'full') {
    throw new EmbeddedError('OPTION_REFUSED', 'inMemory keeps nothing, so sync cannot be full; leave one out')
  }
  if (sync !== undefined && sync !== 'normal' && sync !== 'full') {
    throw new EmbeddedError('OPTION_REFUSED', `sync must be normal or full, got ${String(sync)}`)
  }
  if (!Number.isSafeInteger(awsLike) || awsLike < 0) {
    throw new EmbeddedError(
      'OPTION_REFUSED',
      `awsLike must be a seed, a whole number from 0 to 2^53 - 1, got ${awsLike}`,
    )
  }
  if (!Number.isSafeInteger(sqsInFlightLimit) || sqsInFlightLimit < 1) {
    throw new EmbeddedError('OPTION_REFUSED', `sqsInFlightLimit must be a whole number from 1, got ${sqsInFlightLimit}`)
  }
}
