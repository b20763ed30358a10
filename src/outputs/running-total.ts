import { Figures } from '../engine/figures.ts'
import type { TrafficDocument } from '../results/traffic-document.ts'
import { familiesOf, type Family } from './families.ts'
import { loadTestFamilies } from './load-test-families.ts'
import type { WindowMeta } from './output.ts'
import { seriesOf } from './series.ts'

/** A run so far, as what keeps totals wants it: whatever was not delivered is in the next snapshot too. */
export interface RunningTotal {
  add(window: Figures, meta: WindowMeta): void
  /** The run is over, with this verdict. */
  end(document: TrafficDocument | null): void
  snapshot(): Snapshot
}

export interface Snapshot {
  readonly families: readonly Family[]
  /** Wall-clock milliseconds. */
  readonly startMs: number
  readonly endMs: number
}

export function createRunningTotal(workload: string): RunningTotal {
  const total = new Figures()
  const last = new Figures()
  let meta: WindowMeta | undefined
  let startMs = 0
  let ended: Family[] = []

  return {
    add(window, windowMeta) {
      if (!meta) startMs = windowMeta.startMs
      meta = windowMeta
      total.merge(window)
      total.levels.clear() // those of windows do not add up: the last one's count
      last.clear()
      last.merge(window)
    },
    end(document) {
      ended = document ? [verdictFamily(document)] : []
    },
    snapshot() {
      if (!meta) return { families: ended, startMs, endMs: startMs }
      const endMs = meta.startMs + meta.lengthMs
      for (const [name, level] of last.levels) total.levels.set(name, level)
      const families = familiesOf(seriesOf(total, workload))
      total.levels.clear()
      const seconds = (endMs - startMs) / 1000
      return { families: [...families, ...loadTestFamilies(total, last, seconds, meta), ...ended], startMs, endMs }
    },
  }
}

function verdictFamily({ verdict: { state } }: TrafficDocument): Family {
  return {
    name: 'turnaround_verdict',
    help: 'What the figures are worth; there once the run is over.',
    unit: '',
    points: { kind: 'gauge', values: [{ labels: { state }, value: 1 }] },
  }
}
