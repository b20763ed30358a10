import { DATA_DAYS } from '../environment/resource-calls.ts'

/** What does the jobs. Threads are on the machine of whoever runs them, and on nobody's AWS bill. */
export type PaidHost = 'threads' | 'container' | 'lambda'

/** A run as its bill sees it, planned or done. */
export interface Work {
  readonly jobs: number
  /** Deliveries: jobs, and each retry once more. */
  readonly attempts: number
  /** Objects that jobs read: one for each job that they wait for. */
  readonly reads: number
  readonly readBytes: number
  readonly outputBytes: number
  /** Objects that exist before the first job. */
  readonly documents: number
  /** What comes to the local bundle. */
  readonly fetched: { readonly objects: number; readonly bytes: number }
  /** From the first job to the last. */
  readonly seconds: number
  /** The jobs' own work, all together. */
  readonly workSeconds: number
  readonly host: PaidHost
  /** Whether reading over the internet is paid for: the machine is not in AWS. */
  readonly isOutside: boolean
}

/** Quantities as AWS counts them. */
export interface Usage {
  readonly sqsRequests: number
  readonly s3Writes: number
  readonly s3Reads: number
  readonly s3GbMonths: number
  readonly dynamodbWriteUnits: number
  readonly dynamodbReadUnits: number
  readonly dynamodbGbMonths: number
  readonly transferGb: number
  readonly fargateVcpuHours: number
  readonly fargateGbHours: number
  readonly lambdaGbSeconds: number
  readonly lambdaRequests: number
}

const GB = 1e9
const HOUR_SECONDS = 3600
/**
 * Send, receive and delete, of the job and of its completion; in a busy run up to ten jobs share each. A call that carries
 * more than 64 KB counts again for each 64 KB begun (https://aws.amazon.com/sqs/pricing/): not reckoned, for only
 * jobs with that many details do.
 */
const SQS_REQUESTS_A_JOB = 6
/** Long polls that find nothing: of completions, the dead-letter queue and the hosts. */
const IDLE_POLLERS = 8
const POLL_SECONDS = 20
/** The note that it was sent, its result: below 1 KB each. */
const WRITES_A_JOB = 2
/** Its completion makes it read, below 4 KB; at the end all are read, about 600 bytes each. */
const ROW_BYTES = 600
const READ_UNIT_BYTES = 4096
const SHARDS = 16
/** Manifest, ledger, report, results twice, audit. */
const BUNDLE_WRITES = 6
const MONTH_DAYS = 30
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: 1,769 MB is one vCPU. */
const LAMBDA_GB_A_VCPU = 1.769
const FARGATE_GB_A_VCPU = 2

/**
 * Formulas, not counts: hosts are many and elsewhere, and what each of them asked for is on AWS's bill alone. They are
 * upper ends: requests as if nothing were batched, reads as if nothing were remembered, data kept until it expires.
 */
export function usageOf(work: Work): Usage {
  const months = DATA_DAYS / MONTH_DAYS
  const workHours = work.workSeconds / HOUR_SECONDS
  const isContainer = work.host === 'container'
  const isLambda = work.host === 'lambda'
  const readOutside = work.host === 'threads' ? work.readBytes : 0
  return {
    sqsRequests: SQS_REQUESTS_A_JOB * work.attempts + IDLE_POLLERS * Math.ceil(work.seconds / POLL_SECONDS),
    s3Writes: work.jobs + work.documents + BUNDLE_WRITES,
    s3Reads: work.reads + work.fetched.objects + 1,
    s3GbMonths: (work.outputBytes / GB) * months,
    // The lease is written once a second.
    dynamodbWriteUnits: WRITES_A_JOB * work.jobs + (work.attempts - work.jobs) + work.seconds + SHARDS,
    dynamodbReadUnits: work.attempts + (work.jobs * ROW_BYTES) / READ_UNIT_BYTES + 2 * SHARDS + work.seconds,
    dynamodbGbMonths: ((work.jobs * ROW_BYTES) / GB) * months,
    transferGb: work.isOutside ? (readOutside + work.fetched.bytes) / GB : 0,
    fargateVcpuHours: isContainer ? workHours : 0,
    fargateGbHours: isContainer ? workHours * FARGATE_GB_A_VCPU : 0,
    lambdaGbSeconds: isLambda ? work.workSeconds * LAMBDA_GB_A_VCPU : 0,
    lambdaRequests: isLambda ? work.attempts : 0,
  }
}
