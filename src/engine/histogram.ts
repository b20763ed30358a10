/**
 * Durations in whole microseconds, counted in fixed log-linear buckets: exact up to 255 µs, then 128 buckets to a
 * doubling, up to 2^32 - 1 µs (71 minutes). Everybody has the same buckets, so that merging is addition, in any order.
 *
 * A quantile is answered by its bucket's highest value: never less than the truth, and at most 1/128 (0.8 %) more.
 * Count, minimum, maximum and sum are exact. What is longer than the range counts in the last bucket, whose highest
 * value is then the maximum.
 */
export class Histogram {
  #counts = new Float64Array(0)
  /** The bucket of `#counts[0]`: only the doublings that were used take memory, 1 KB each. */
  #first = 0
  #count = 0
  #minUs = Infinity
  #maxUs = 0
  #sumUs = 0
  /** What was moved out of `#sumUs` before it could grow beyond what a double holds exactly. */
  #movedUs = 0n

  /** How many were recorded. */
  get count(): number {
    return this.#count
  }

  /** 0 where nothing was recorded. */
  get minUs(): number {
    return this.#count === 0 ? 0 : this.#minUs
  }

  /** 0 where nothing was recorded. */
  get maxUs(): number {
    return this.#maxUs
  }

  get sumUs(): bigint {
    return this.#movedUs + BigInt(this.#sumUs)
  }

  /** 0 where nothing was recorded. */
  get meanUs(): number {
    return this.#count === 0 ? 0 : Number(this.sumUs) / this.#count
  }

  /**
   * Records a duration, rounded to whole microseconds. A negative one counts as 0: two readings of a clock may differ by
   * a rounding. Throws RangeError for NaN and infinity.
   */
  record(us: number): void {
    const value = us > 0 ? Math.round(us) : 0
    if (!(us < Infinity)) throw new RangeError(`a duration must be a finite number of microseconds, got ${us}`)
    const at = bucketOf(value) - this.#first
    if (at >>> 0 < this.#counts.length) this.#counts[at] += 1
    else this.#addTo(at + this.#first, 1)
    this.#count += 1
    if (value < this.#minUs) this.#minUs = value
    if (value > this.#maxUs) this.#maxUs = value
    this.#addToSum(value)
  }

  /**
   * The duration that a share `q` (0 … 1, in steps of 0.00001) of all did not exceed: the highest value of its bucket,
   * or the maximum where that is less. 0 where nothing was recorded.
   */
  quantileUs(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile must be 0 … 1, got ${q}`)
    // Integers times integers, so that 0.999 of 1,000 is rank 999 and not 1,000.
    let left = Math.max(1, Math.ceil((Math.round(q * 100_000) * this.#count) / 100_000))
    for (let at = 0; at < this.#counts.length; at++) {
      left -= this.#counts[at]
      if (left <= 0) return this.#upperBound(at + this.#first)
    }
    return this.#maxUs
  }

  /** Adds everything the other recorded. */
  merge(other: Histogram): void {
    for (let at = 0; at < other.#counts.length; at++) {
      if (other.#counts[at] > 0) this.#addTo(at + other.#first, other.#counts[at])
    }
    this.#count += other.#count
    this.addExtremes(other.#minUs, other.#maxUs, other.sumUs)
  }

  /** The buckets in use, ascending. `upperUs` is the highest duration a bucket holds. */
  *buckets(): Generator<{ readonly bucket: number; readonly upperUs: number; readonly count: number }> {
    for (let at = 0; at < this.#counts.length; at++) {
      const count = this.#counts[at]
      if (count > 0) yield { bucket: at + this.#first, upperUs: this.#upperBound(at + this.#first), count }
    }
  }

  /** Calls `visit` with each bucket in use, ascending: `buckets` for who does it often, and answers how many there are. */
  eachBucket(visit: (bucket: number, count: number) => void): number {
    let used = 0
    for (let at = 0; at < this.#counts.length; at++) {
      if (this.#counts[at] === 0) continue
      visit(at + this.#first, this.#counts[at])
      used += 1
    }
    return used
  }

  /** Forgets what was recorded and keeps the memory. */
  clear(): void {
    if (this.#count === 0) return
    this.#counts.fill(0)
    this.#count = 0
    this.#minUs = Infinity
    this.#maxUs = 0
    this.#sumUs = 0
    this.#movedUs = 0n
  }

  /**
   * For decoders: adds `used` buckets as encoding.ts writes them, `end` at most, and answers where they end. A merge of a large run spends
   * its time here: the one-byte form has a path of its own, small integers throughout. `addExtremes` must follow.
   */
  addEncodedBuckets(bytes: Uint8Array, start: number, end: number, used: number): number {
    let counts = this.#counts
    let bucket = (-1 - this.#first) | 0
    let at = start
    let added = 0
    let left = used
    while (left > 0) {
      for (; left > 0; left--) {
        const head = bytes[at]
        const count = head & 7
        const next = (bucket + (head >> 3) + 1) | 0
        if (head >= 0x80 || count === 0 || next >>> 0 >= counts.length) break
        counts[next] += count
        added += count
        bucket = next
        at += 1
      }
      if (left === 0) break
      left -= 1
      const other = readBucket(bytes, at)
      at = other.end
      const absolute = bucket + this.#first + other.gap + 1
      this.#addTo(absolute, other.count)
      this.#count += other.count
      counts = this.#counts
      bucket = (absolute - this.#first) | 0
    }
    this.#count += added
    if (!(at <= end)) throw new RangeError(`the data ends at byte ${end}, inside a histogram`)
    return at
  }

  /** For decoders: what the buckets do not tell. */
  addExtremes(minUs: number, maxUs: number, sumUs: number | bigint): void {
    if (minUs < this.#minUs) this.#minUs = minUs
    if (maxUs > this.#maxUs) this.#maxUs = maxUs
    if (typeof sumUs === 'bigint') this.#movedUs += sumUs
    else this.#addToSum(sumUs)
  }

  #addToSum(us: number): void {
    this.#sumUs += us
    if (this.#sumUs < SUM_LIMIT) return
    this.#movedUs += BigInt(this.#sumUs)
    this.#sumUs = 0
  }

  /** Adds to a bucket that may have no memory yet. */
  #addTo(bucket: number, count: number): void {
    if (!(bucket >= 0 && bucket < BUCKETS)) throw new RangeError(`a bucket must be 0 … ${BUCKETS - 1}, got ${bucket}`)
    const length = this.#counts.length
    if ((bucket - this.#first) >>> 0 < length) {
      this.#counts[bucket - this.#first] += count
      return
    }
    const from = Math.min(length === 0 ? bucket : this.#first, bucket) & ~(PER_DOUBLING - 1)
    const to = (Math.max(this.#first + length - 1, bucket) | (PER_DOUBLING - 1)) + 1
    const grown = new Float64Array(to - from)
    if (length > 0) grown.set(this.#counts, this.#first - from)
    this.#counts = grown
    this.#first = from
    grown[bucket - from] += count
  }

  #upperBound(bucket: number): number {
    return bucket === BUCKETS - 1 ? this.#maxUs : Math.min(upperUsOf(bucket), this.#maxUs)
  }
}

const PER_DOUBLING = 128
const DOUBLINGS_BITS = 7
const LONGEST_US = 2 ** 32 - 1
/** Two recordings below it still add up exactly in a double. */
const SUM_LIMIT = 2 ** 52

/** The bucket of a duration of 0 or more whole microseconds. */
export function bucketOf(us: number): number {
  if (us < 2 * PER_DOUBLING) return us
  const value = us > LONGEST_US ? LONGEST_US : us
  const shift = 31 - DOUBLINGS_BITS - Math.clz32(value)
  return (shift << DOUBLINGS_BITS) + (value >>> shift)
}

/** The highest duration a bucket holds, in microseconds. */
export function upperUsOf(bucket: number): number {
  if (bucket < 2 * PER_DOUBLING) return bucket
  const shift = (bucket >>> DOUBLINGS_BITS) - 1
  return ((bucket & (PER_DOUBLING - 1)) + PER_DOUBLING + 1) * 2 ** shift - 1
}

/** Buckets in all. */
export const BUCKETS = bucketOf(LONGEST_US) + 1

/** One bucket in any of its forms (encoding.ts). */
function readBucket(
  bytes: Uint8Array,
  start: number,
): { readonly gap: number; readonly count: number; readonly end: number } {
  const head = bytes[start]
  let end = start + 1
  const gap = head < 0x80 ? head >> 3 : (head & 0x7f) + (bytes[end++] << 7)
  let count = head < 0x80 ? head & 7 : 0
  if (count > 0) return { gap, count, end }
  let byte = 0x80
  for (let factor = 1; byte >= 0x80; factor *= 0x80) {
    byte = bytes[end++]
    count += (byte & 0x7f) * factor
  }
  return { gap, count, end }
}
