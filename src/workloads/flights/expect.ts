import type { Expectation, PlannedJob } from '../workload.ts'

/**
 * From runs of the shipped scenarios with 2,000 and 50,000 replications: files of 20-25 bytes a replication, and less than
 * a microsecond of work for each; percentiles are a small document, merged ones a line a sequence.
 */
const BYTES_A_REPLICATION = 25
const MS_A_REPLICATION = 0.001
const MS_A_JOB = 5
const DOCUMENT_BYTES = 250

export function expectFlights({ details }: PlannedJob): Expectation {
  const replications = Number(details.replications ?? 0)
  const documents = replications > 0 ? 0 : Number(details.sequences ?? 1)
  return {
    outputBytes: replications * BYTES_A_REPLICATION + documents * DOCUMENT_BYTES,
    processingMs: MS_A_JOB + replications * MS_A_REPLICATION,
  }
}
