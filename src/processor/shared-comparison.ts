import type { Clock } from '../clock.ts'
import type { ClockOffset } from './clock-offset.ts'

/** What one shard finds out about this machine's clock holds for all of its process: forty that ask at once learn less, later. */
export interface SharedComparison {
  /** With the clock of that name: a result not older than a few seconds, one that is under way, or else one's own. */
  with(name: string, compare: () => Promise<ClockOffset | undefined>): Promise<ClockOffset | undefined>
}

/** Clocks drift apart by less than a millisecond in so long. */
const FRESH_MS = 10_000

export function shareComparisons(clock: Clock): SharedComparison {
  let latest:
    { readonly name: string; readonly at: number; readonly offset: Promise<ClockOffset | undefined> } | undefined

  return {
    async with(name, compare) {
      const isFresh = latest?.name === name && clock.monotonic() - latest.at <= FRESH_MS
      if (!latest || !isFresh) latest = { name, at: clock.monotonic(), offset: compare() }
      const shared = latest
      const offset = await shared.offset.catch((error: unknown) => {
        if (latest === shared) latest = undefined
        throw error
      })
      if (offset === undefined && latest === shared) latest = undefined // whoever asks next tries for themselves
      return offset
    },
  }
}
