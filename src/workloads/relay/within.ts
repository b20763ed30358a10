import type { Clock } from '../../clock.ts'
import { INTERRUPTED } from './outcome.ts'

/** What the promise answers, `timeout` after that time, or `interrupted` when the signal aborts. Leaves no timer behind. */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  { clock, over }: { readonly clock: Clock; readonly over: AbortSignal },
): Promise<T | 'timeout' | typeof INTERRUPTED> {
  if (over.aborted) return INTERRUPTED
  const awake = new AbortController()
  const wake = (): void => awake.abort()
  over.addEventListener('abort', wake, { once: true })
  const slept = clock.sleep(Math.max(0, ms), awake.signal).then(
    (): 'timeout' => 'timeout',
    (): typeof INTERRUPTED => INTERRUPTED,
  )
  try {
    return await Promise.race([promise, slept])
  } finally {
    over.removeEventListener('abort', wake)
    awake.abort()
  }
}
