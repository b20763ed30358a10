/** A set of minutes 0 … 1440: closed intervals `from, to, from, to, …`, ascending, neither touching nor overlapping. */
export type MinuteSet = ArrayLike<number>

const LAST_MINUTE = 1440

/** True where the set holds a minute of low … high. `start` and `end` are the part of `set` to look in. */
export function touches(set: MinuteSet, low: number, high: number, start = 0, end = set.length): boolean {
  for (let i = start; i < end; i += 2) {
    if (set[i] > high) return false
    if (set[i + 1] >= low) return true
  }
  return false
}

/** The minutes of low … high from which the set can be reached after waiting least … most minutes. */
export function minutesReaching(set: MinuteSet, low: number, high: number, least: number, most: number): number[] {
  const found: number[] = []
  for (let minute = low; minute <= high; minute++) {
    if (touches(set, minute + least, minute + most)) found.push(minute)
  }
  return found
}

/** Gathers intervals and gives their union; may be used again after `union`. */
export class MinuteUnion {
  readonly #change = new Int32Array(LAST_MINUTE + 2)
  #first = LAST_MINUTE
  #last = 0

  /** Adds from … to; what lies outside the day, or is empty, is left out. */
  add(from: number, to: number): void {
    const low = Math.max(from, 0)
    const high = Math.min(to, LAST_MINUTE)
    if (low > high) return
    this.#change[low]++
    this.#change[high + 1]--
    if (low < this.#first) this.#first = low
    if (high > this.#last) this.#last = high
  }

  /** The union of what was added since the last call. */
  union(): number[] {
    const set: number[] = []
    let depth = 0
    for (let minute = this.#first; minute <= this.#last + 1; minute++) {
      const before = depth
      depth += this.#change[minute]
      if (before === 0 && depth > 0) set.push(minute)
      if (before > 0 && depth === 0) set.push(minute - 1)
    }
    this.#change.fill(0, this.#first, this.#last + 2)
    this.#first = LAST_MINUTE
    this.#last = 0
    return set
  }
}
