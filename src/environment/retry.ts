import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from '@smithy/types'
import type { Clock } from '../clock.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
const SERVER_ERROR_PATIENCE_MS = 10_000

/**
 * Retries what may pass (connection refused or reset, throttling, 5xx) for as long as `patienceMs`, where the SDK's own
 * strategy counts attempts and gives up within a second: a server that restarts, or a container that is paused, must
 * cost a run time and not its life. Full jitter, as https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
 */
export function patientRetry(patienceMs: number, clock: Clock, ended: AbortSignal): RetryStrategyV2 {
  const started = new WeakMap<StandardRetryToken, number>()

  function token(count: number, delayMs: number, since: number): StandardRetryToken {
    const made = { getRetryCount: () => count, getRetryDelay: () => delayMs, getRetryCost: () => undefined }
    started.set(made, since)
    return made
  }

  return {
    acquireInitialRetryToken: async () => token(0, 0, clock.monotonic()),
    async refreshRetryTokenForRetry(previous: StandardRetryToken, info: RetryErrorInfo) {
      const since = started.get(previous) ?? clock.monotonic()
      if (info.errorType === 'CLIENT_ERROR') throw info.error ?? new Error('not retryable')
      if (ended.aborted) throw info.error ?? new Error('the environment was stopped')
      // A server that answers 5xx is there and has trouble, e.g. a full disk: waiting long does not help.
      const patience = info.errorType === 'SERVER_ERROR' ? Math.min(patienceMs, SERVER_ERROR_PATIENCE_MS) : patienceMs
      if (clock.monotonic() - since > patience) throw info.error ?? new Error(`no answer within ${patience} ms`)
      const count = previous.getRetryCount() + 1
      const ceiling = Math.min(FIRST_PAUSE_MS * 2 ** (count - 1), LONGEST_PAUSE_MS)
      return token(count, Math.floor(Math.random() * ceiling) + 1, since)
    },
    recordSuccess: () => undefined,
  }
}
