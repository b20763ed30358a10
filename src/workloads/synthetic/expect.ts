import type { Expectation, PlannedJob } from '../workload.ts'

const KB = 1024
/** The document around the data. */
const ENVELOPE_BYTES = 200

/** A synthetic job says itself what it takes. */
export function expectSynthetic({ details }: PlannedJob): Expectation {
  return {
    outputBytes: Number(details.data_size_kb) * KB + ENVELOPE_BYTES,
    processingMs: Number(details.work_duration_ms),
  }
}
