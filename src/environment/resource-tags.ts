import { InvalidInputError } from '../errors.ts'

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html: the same for all services. */
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u

/**
 * The tags of requirement 001, by which Cost Explorer tells test runs apart. `testRunId` is TEST_RUN_ID. Throws
 * InvalidInputError where AWS would refuse it.
 */
export function resourceTags(stage: string, testRunId: string): { readonly [name: string]: string } {
  if (!TAG_VALUE.test(testRunId)) {
    throw new InvalidInputError('A variable cannot be meant:', [
      {
        path: 'TEST_RUN_ID',
        message: `must be 1-256 letters, digits, spaces or _ . : / = + - @, got ${JSON.stringify(testRunId)}`,
      },
    ])
  }
  return { PerfTestRun: testRunId, Purpose: 'PerformanceTesting', Environment: stage, Project: 'turnaround' }
}
