import type { Timeline } from '../../../results/traffic-document.ts'
import { axisUnit } from '../time-unit.ts'

/** When each slice of a timeline begins, in the unit that suits the run's length. */
export interface TimeAxis {
  readonly unit: string
  readonly times: readonly number[]
  /** Slices from one label to the next, so that labels are whole and at most about a dozen. */
  readonly labelEvery: number
}

const MOST_LABELS = 13
const NICE = [1, 2, 5, 10, 20, 30, 60, 120, 300]

export function timeAxis({ slice_ms: sliceMs, due }: Pick<Timeline, 'slice_ms' | 'due'>): TimeAxis {
  const { unit, unitMs } = axisUnit(due.length * sliceMs)
  const times = due.map((_, at) => rounded((at * sliceMs) / unitMs))
  const nice = NICE.map((step) => (step * unitMs) / sliceMs).find((slices) => {
    return Number.isInteger(slices) && due.length / slices <= MOST_LABELS
  })
  return { unit, times, labelEvery: nice ?? Math.max(1, Math.ceil(due.length / MOST_LABELS)) }
}

/** Enough digits to read, and no more. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
