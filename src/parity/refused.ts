import assert from 'node:assert/strict'

/** What AWS says no with. */
export interface Refusal {
  /** As the service's own error codes are written, e.g. `AWS.SimpleQueueService.NonExistentQueue` or `NoSuchKey`. */
  readonly code: string
  /** HTTP status. */
  readonly status?: number
  /** The whole text, or what it must match. */
  readonly message?: string | RegExp
}

/** An error as the SDK throws it. */
export interface SdkError extends Error {
  readonly Code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  /** Whatever else the answer carried, e.g. S3's `Condition` or DynamoDB's `Item`. */
  readonly [field: string]: unknown
}

/**
 * The call must be refused, and in these words. Answers the error, for what else it carries. Throws the error itself where
 * it is not an answer, e.g. because the connection broke.
 */
export async function refused(call: Promise<unknown>, expected: Refusal): Promise<SdkError> {
  const error = await errorOf(call, expected.code)
  if (error.$metadata?.httpStatusCode === undefined) throw error // nobody answered: that is no refusal
  const { code, status, message } = expected
  // The query protocol's code where the answer has one (SQS), else the error's name.
  const actual: Refusal = {
    code: error.Code ?? error.name,
    status: error.$metadata?.httpStatusCode,
    message: error.message,
  }
  assert.deepEqual(
    {
      code: actual.code,
      ...(status !== undefined && { status: actual.status }),
      ...(message !== undefined && { message: actual.message }),
    },
    {
      code,
      ...(status !== undefined && { status }),
      ...(message !== undefined && {
        message: message instanceof RegExp && message.test(error.message) ? error.message : message,
      }),
    },
  )
  return error
}

async function errorOf(call: Promise<unknown>, code: string): Promise<SdkError> {
  let answer: unknown
  try {
    answer = await call
  } catch (error) {
    return error as SdkError
  }
  return assert.fail(`was accepted instead of refused with ${code}: ${JSON.stringify(answer)?.slice(0, 300)}`)
}
