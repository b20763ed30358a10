import { addReading, copyReading, type Reading } from './reading.ts'

/**
 * The sum of the last `length` readings. Readings cannot be subtracted (a maximum has no way back), so it keeps two stacks:
 * sums from each kept reading to the end of the older half, and one running sum of the newer half. Each reading is added
 * about three times, however long the window; memory is `length` readings.
 */
export function createSlidingReading(length: number) {
  /** Of the older half; the last one begins with the oldest reading. */
  let sums: (Reading | undefined)[] = []
  let newer: (Reading | undefined)[] = []
  let newerSum: Reading | undefined

  function turnOver(): void {
    let sum: Reading | undefined
    for (const reading of newer.toReversed()) {
      sum = addReading(sum && copyReading(sum), reading)
      sums.push(sum)
    }
    newer = []
    newerSum = undefined
  }

  return {
    push(reading: Reading | undefined): void {
      newer.push(reading)
      newerSum = addReading(newerSum, reading)
      if (sums.length + newer.length <= length) return
      if (sums.length === 0) turnOver()
      sums.pop()
    },
    get isFull(): boolean {
      return sums.length + newer.length === length
    },
    /** Undefined where all of it is. The caller's own. */
    get sum(): Reading | undefined {
      const older = sums.at(-1)
      return addReading(addReading(undefined, older), newerSum)
    },
    clear(): void {
      sums = []
      newer = []
      newerSum = undefined
    },
  }
}

export type SlidingReading = ReturnType<typeof createSlidingReading>
