/** One clock against another: this one's reading minus the other's, and how far that may be wrong. */
export interface ClockOffset {
  readonly offsetMs: number
  /** The truth lies within so much of it, to either side. */
  readonly uncertaintyMs: number
}

/** Own readings when the question left and when the answer was there, and the other clock's reading in between. */
export interface Exchange {
  readonly askedMs: number
  readonly otherMs: number
  readonly answeredMs: number
}

/**
 * Each exchange bounds the offset from both sides, by half its round trip around its middle; the bounds that all of them
 * share are the tightest that are still sure (Marzullo's intersection, as in NTP's clock select). Where they share none a
 * clock was set in between, and only the last exchange counts. At least one exchange.
 */
export function clockOffset(exchanges: readonly Exchange[]): ClockOffset {
  const low = Math.max(...exchanges.map(({ askedMs, otherMs }) => askedMs - otherMs))
  const high = Math.min(...exchanges.map(({ answeredMs, otherMs }) => answeredMs - otherMs))
  if (low > high) return clockOffset(exchanges.slice(-1))
  return { offsetMs: (low + high) / 2, uncertaintyMs: (high - low) / 2 }
}
