/** One line of the bench's output. `ratio` is value / baseline, the baseline run beside it. */
export interface Figure {
  readonly bench: string
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly baseline?: number
  readonly ratio?: number
  /** What was asked of it, e.g. "at most 45". */
  readonly target?: string
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
