import { windowsBatchKey } from '../src/results/traffic-layout.ts'
import { createRunFigures } from '../src/results/traffic-run-figures.ts'
import { createWindowsTable } from '../src/results/traffic-tables.ts'
import { createWindowsWriter, encodeWindows } from '../src/results/traffic-windows.ts'
import type { ObjectStore } from '../src/results/stores.ts'
import { NotFoundError } from '../src/errors.ts'
import { mergeShards } from '../src/workloads/traffic/merge-shards.ts'
import { emptyShard } from '../src/workloads/traffic/shard-document.ts'
import { round, type Figure } from './figure.ts'
import { latenciesOf, SHARDS, timingsOf, WINDOWS } from './shard-windows.ts'

/** As many as a shard ships at once where there are a hundred or more. */
const WINDOWS_IN_BATCH = 5
/** Shards that differ; the others have the objects of one of these. */
const KINDS = 64

/**
 * What the merge job of a large run computes: batches of windows as shards ship them, checksums compared, merged, windows,
 * table and run figures made. From memory, so that it is not the disk that is measured. About half a minute.
 */
export async function benchMerge(): Promise<Figure[]> {
  return [await merging(timingsOf, 'one histogram a step', 'below 5'), await merging(latenciesOf, 'both latencies')]
}

async function merging(windowOf: (seed: number) => Uint8Array<ArrayBuffer>, what: string, target?: string) {
  const objects = batchesOf(Array.from({ length: KINDS }, (_, seed) => windowOf(seed)))
  const run = createRunFigures()
  const windows = createWindowsWriter()
  const table = createWindowsTable()
  const startedAt = process.cpuUsage()
  const { ledger } = await mergeShards({
    shards: Array.from({ length: SHARDS }, (_, shard) => {
      const known = { job_id: `shard-${shard % KINDS}`, shard, host: 'host', state: 'finished', reason: null } as const
      return emptyShard({ ...known, windows: WINDOWS, batches: WINDOWS / WINDOWS_IN_BATCH })
    }),
    objects,
    onWindow(window, figures) {
      run.add(window.number, figures)
      windows.add(window)
      table.add(window.number, figures)
    },
  })
  run.finish()
  windows.finish()
  table.finish()
  const { user, system } = process.cpuUsage(startedAt)
  if (!ledger.every(({ complete }) => complete)) throw new Error('windows are missing')
  const figure = `merge job of ${SHARDS} shards x ${WINDOWS} windows, 3 steps, 50 used buckets, ${what}, from memory`
  const value = round((user + system) / 1e6)
  return { bench: 'merge', figure, value, unit: 's CPU', ...(target !== undefined && { target }) }
}

function batchesOf(windows: readonly Uint8Array<ArrayBuffer>[]): ObjectStore {
  const bodies = new Map<string, Uint8Array>()
  for (let kind = 0; kind < KINDS; kind++) {
    for (let batch = 0; batch < WINDOWS / WINDOWS_IN_BATCH; batch++) {
      const first = batch * WINDOWS_IN_BATCH
      const numbers = Array.from({ length: WINDOWS_IN_BATCH }, (_, at) => first + at)
      const body = encodeWindows(
        numbers.map((number) => ({ number, shards: [kind], figures: windows[(kind + number) % KINDS] })),
      )
      bodies.set(windowsBatchKey(`shard-${kind}`, batch), body)
    }
  }
  return {
    get(key) {
      const body = bodies.get(key)
      return body ? Promise.resolve(body) : Promise.reject(new NotFoundError(key, 'memory'))
    },
    put: () => Promise.reject(new Error('nothing is stored here')),
  }
}

if (import.meta.main) for (const line of await benchMerge()) console.log(JSON.stringify(line))
