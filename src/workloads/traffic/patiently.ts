import type { Clock } from '../../clock.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000
/** The job is no longer this host's (processor/gang-member.ts), and never will be again. */
const FINAL_CODE = 'GANG_LOST'

/** Repeats what fails, with growing pauses, until `until` (monotonic milliseconds) has passed; then throws the last error. */
export async function patiently<T>(
  work: () => Promise<T>,
  { clock, until }: { readonly clock: Clock; readonly until: () => number },
): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      const leftMs = until() - clock.monotonic()
      if (leftMs <= 0 || (error as { code?: unknown } | null)?.code === FINAL_CODE) throw error
      await clock.sleep(Math.min(pauseMs, leftMs))
    }
  }
}
