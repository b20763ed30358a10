import type { Segment } from '../results/traffic-document.ts'
import { readWindows } from '../results/traffic-windows.ts'
import type { LabelledSource } from './labels.ts'

/** A stretch of a source's windows, and where the first of them comes to lie. */
export interface Piece {
  readonly source: LabelledSource
  /** In the source. */
  readonly firstWindow: number
  readonly windows: number
  /** In the merged bundle. */
  readonly at: number
}

export interface LineUp {
  readonly pieces: readonly Piece[]
  readonly durationMs: number
  /** Undefined where all begin together. */
  readonly segments: readonly Segment[] | undefined
  /** Of each source: the new number of its segment 0, 1, … */
  readonly numbers: ReadonlyMap<LabelledSource, readonly number[]>
}

/** Every source from the merged run's beginning, as if all had started together. */
export function sideBySide(sources: readonly LabelledSource[]): LineUp {
  return {
    pieces: sources.map((source) => ({ source, firstWindow: 0, windows: Infinity, at: 0 })),
    durationMs: Math.max(...sources.map(({ bundle }) => bundle.traffic.duration_ms)),
    segments: undefined,
    numbers: new Map(sources.map((source) => [source, segmentsOf(source).map(() => 0)])),
  }
}

/**
 * One after the other, as they began. What was merged so before falls into its segments again, so that another run may come
 * between them: the result is the same in whichever order bundles are merged.
 */
export function oneAfterTheOther(sources: readonly LabelledSource[]): LineUp {
  const all = sources.flatMap((source) =>
    segmentsOf(source).map((segment, number) => ({ source, segment, number, label: firstLabel(source, number) })),
  )
  // What never began has no place in time, and nothing in it.
  const keyOf = ({ segment, label }: (typeof all)[number]) => `${segment.started_at ?? '~'} ${label}`
  const ordered = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const numbers = new Map(sources.map((source) => [source, [] as number[]]))
  const pieces: Piece[] = []
  const segments: Segment[] = []
  let at = 0
  for (const { source, segment, number } of ordered) {
    const { first_window: firstWindow, windows } = segment
    numbers.get(source)![number] = segments.length
    pieces.push({ source, firstWindow, windows, at })
    segments.push({ ...segment, first_window: at })
    at += windows
  }
  return { pieces, segments, numbers, durationMs: segments.reduce((sum, { duration_ms }) => sum + duration_ms, 0) }
}

function segmentsOf({ bundle: { traffic }, windows }: LabelledSource): readonly Segment[] {
  if (traffic.segments) return traffic.segments
  let count = 0
  for (const { number } of readWindows(windows)) count = number + 1
  return [{ first_window: 0, windows: count, duration_ms: traffic.duration_ms, started_at: traffic.started_at }]
}

function firstLabel({ runs }: LabelledSource, number: number): string {
  return (
    runs
      .filter(({ segment }) => segment === number)
      .map(({ label }) => label)
      .sort()[0] ?? ''
  )
}
