/** Where whole numbers lie: the smallest, and how many values there are from it to the largest, both included. */
export interface WholeRange {
  readonly smallest: number
  readonly size: number
}

/** Undefined where a value is not whole, or the range holds more than `mostValues`. */
export function wholeRange(values: Float64Array, mostValues: number): WholeRange | undefined {
  let smallest = Infinity
  let largest = -Infinity
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Math.floor(value) !== value) return undefined
    if (value < smallest) smallest = value
    if (value > largest) largest = value
  }
  const size = largest - smallest + 1
  return size <= mostValues ? { smallest, size } : undefined
}
