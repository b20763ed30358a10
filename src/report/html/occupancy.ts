/** A span of time, wall-clock milliseconds. */
export type Span = readonly [from: number, to: number]

/**
 * How many spans were open, on average, in each of `buckets` buckets of `widthMs` from `startMs`. An average over the
 * bucket, not a sample at its edge: what is shorter than a bucket still counts, with its share. Linear in spans and
 * buckets, however many buckets a span covers.
 */
export function occupancy(spans: Iterable<Span>, startMs: number, widthMs: number, buckets: number): Float64Array {
  const open = new Float64Array(buckets)
  /** Difference of the number of spans that cover a whole bucket. */
  const covering = new Float64Array(buckets + 1)
  for (const [fromMs, toMs] of spans) {
    const from = Math.min(buckets, Math.max(0, (fromMs - startMs) / widthMs))
    const to = Math.min(buckets, Math.max(from, (toMs - startMs) / widthMs))
    const first = Math.floor(from)
    const last = Math.floor(to)
    if (first === last) {
      if (first < buckets) open[first] += to - from
      continue
    }
    open[first] += first + 1 - from
    if (last < buckets) open[last] += to - last
    covering[first + 1] += 1
    covering[last] -= 1
  }
  let whole = 0
  for (let i = 0; i < buckets; i++) {
    whole += covering[i]
    open[i] += whole
  }
  return open
}
