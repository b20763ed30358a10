// Eight buckets to a doubling: a quantile is at most 9 % too high. From 1 µs to 4 hours.
const perDoubling = 8
const doublings = 34

/** Durations, in a fixed 2 KB however many there are. */
export class Histogram {
  readonly #buckets = new Uint32Array(perDoubling * doublings)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(ms: number): void {
    const bucket = Math.ceil(Math.log2(Math.max(ms * 1000, 1)) * perDoubling)
    this.#buckets[Math.min(bucket, this.#buckets.length - 1)] += 1
    this.#count += 1
  }

  /** Milliseconds that a share `q` (0-1) of the durations did not exceed; 0 where there are none. */
  quantileMs(q: number): number {
    if (this.#count === 0) return 0
    let left = Math.max(1, Math.ceil(q * this.#count))
    const bucket = this.#buckets.findIndex((count) => (left -= count) <= 0)
    return 2 ** (bucket / perDoubling) / 1000
  }
}
