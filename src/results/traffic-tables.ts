import type { Figures, StepFigures } from '../engine/figures.ts'
import type { Histogram } from '../engine/histogram.ts'
import { createFile } from './parquet/file.ts'
import type { ColumnSchema, EncodedColumn } from './parquet/format.ts'
import { createScratch } from './parquet/scratch.ts'
import { encodeTexts } from './parquet/text-dictionary.ts'
import { encodeWholeNumbers } from './parquet/whole-numbers.ts'

/** A row group: large enough to be read fast, small enough to be held. */
const ROWS_IN_GROUP = 1 << 17

const STEP = { name: 'step', type: 'BYTE_ARRAY' } as const
const WINDOW = { name: 'window', type: 'INT64' } as const
const MEASURED: readonly ColumnSchema[] = [
  { name: 'measure', type: 'BYTE_ARRAY' },
  { name: 'bucket_upper_us', type: 'INT64' },
  { name: 'count', type: 'INT64' },
]

/**
 * `windows.parquet`: step, window, measure, bucket_upper_us, count: how often a measure of a step came out in a bucket of
 * the histogram, in one second of the run, all shards together; ascending by window, step, measure and bucket. Measures are
 * `response_time/<outcome>` and `service_time/<outcome>`, and a step's timings by their names. The empty step is the
 * iteration: `iteration/<outcome>` and `slip`, how late it started.
 */
export function createWindowsTable() {
  return createTable(true)
}

/** `delays/<job_id>.parquet` of a shard: the same of its whole run, without the windows. */
export function encodeTotalsTable(figures: Figures): Uint8Array {
  const table = createTable(false)
  table.add(0, figures)
  return table.finish()
}

function createTable(hasWindows: boolean) {
  const file = createFile(hasWindows ? [STEP, WINDOW, ...MEASURED] : [STEP, ...MEASURED])
  const scratch = createScratch()
  const names = createNames()
  const steps = new Uint32Array(ROWS_IN_GROUP)
  const measures = new Uint32Array(ROWS_IN_GROUP)
  const windows = new Float64Array(ROWS_IN_GROUP)
  const uppersUs = new Float64Array(ROWS_IN_GROUP)
  const counts = new Float64Array(ROWS_IN_GROUP)
  let rows = 0

  function flush(): void {
    if (rows === 0) return
    scratch.reset()
    const numbers = (name: string, values: Float64Array) => encodeWholeNumbers(name, values.subarray(0, rows), scratch)
    const columns = [
      encodeTexts(names.all, steps.subarray(0, rows), scratch),
      ...(hasWindows ? [numbers('window', windows)] : []),
      encodeTexts(names.all, measures.subarray(0, rows), scratch),
      numbers('bucket_upper_us', uppersUs),
      numbers('count', counts),
    ]
    file.append(rows, columns.map(ownColumn))
    rows = 0
  }

  return {
    add(window: number, figures: Figures): void {
      for (const { step, measure, histogram } of measuresOf(figures)) {
        const [stepNumber, measureNumber] = [names.numberOf(step), names.numberOf(measure)]
        for (const { upperUs, count } of histogram.buckets()) {
          steps[rows] = stepNumber
          measures[rows] = measureNumber
          windows[rows] = window
          uppersUs[rows] = upperUs
          counts[rows] = count
          if (++rows === ROWS_IN_GROUP) flush()
        }
      }
    },
    finish(): Uint8Array {
      flush()
      return file.finish()
    },
  }
}

/** The scratch is used again for the next row group. */
function ownColumn({ encoding, dictionary, data }: EncodedColumn): EncodedColumn {
  const own = dictionary && { dictionary: { ...dictionary, body: dictionary.body.slice() } }
  return { encoding, ...own, data: data.slice() }
}

function createNames() {
  const all: string[] = []
  const numbers = new Map<string, number>()
  return {
    all,
    numberOf(name: string): number {
      const known = numbers.get(name)
      if (known !== undefined) return known
      numbers.set(name, all.push(name) - 1)
      return all.length - 1
    },
  }
}

interface Measured {
  readonly step: string
  readonly measure: string
  readonly histogram: Histogram
}

function* measuresOf({ steps, iterations, slip }: Figures): Generator<Measured> {
  yield* sorted('', new Map([...named('iteration', iterations, 'responseTime'), ['slip', slip]]))
  for (const [step, figures] of [...steps].sort(byName)) {
    const response = named('response_time', figures, 'responseTime')
    const service = named('service_time', figures, 'serviceTime')
    yield* sorted(step, new Map([...response, ...service, ...figures.timings]))
  }
}

function named(
  measure: string,
  { outcomes }: StepFigures,
  which: 'responseTime' | 'serviceTime',
): [string, Histogram][] {
  return Array.from(outcomes, ([outcome, figures]) => [`${measure}/${outcome}`, figures[which]])
}

function* sorted(step: string, measures: ReadonlyMap<string, Histogram>): Generator<Measured> {
  for (const [measure, histogram] of [...measures].sort(byName)) {
    if (histogram.count > 0) yield { step, measure, histogram }
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
