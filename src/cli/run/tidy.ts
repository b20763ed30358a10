import { atMost } from '../../clock.ts'

const TIDY_MS = 6_000

/** Clean-up never hides what ended a command, and never takes long: what it leaves behind expires by itself. */
export async function tidy(work: Promise<void>): Promise<void> {
  await atMost(
    TIDY_MS,
    work.catch(() => undefined),
  )
}
