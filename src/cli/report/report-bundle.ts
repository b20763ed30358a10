import { NotFoundError } from '../../errors.ts'
import { checkFigures } from '../../results/check-figures.ts'
import { diskStore } from '../../results/disk-store.ts'
import type { ResultsDocument } from '../../results/documents.ts'
import { readBundle, type Bundle } from '../../results/read-bundle.ts'
import { resultStores } from '../../results/result-stores.ts'
import type { TrafficDocument } from '../../results/traffic-document.ts'
import { loadWorkload } from '../../workloads/registry.ts'
import type { Chart } from '../../workloads/workload.ts'
import { writeReports } from '../run/write-reports.ts'
import { readThresholds, type GivenThresholds } from './given-thresholds.ts'
import { judgeAgain } from './judge-again.ts'

export interface ReportOptions extends GivenThresholds {
  /** A bundle. Nothing in it is changed but its reports, and those only where `output` is not given. */
  readonly folder: string
  readonly output?: string | undefined
  /** Where baselines are looked for. */
  readonly results: string
}

export interface Reported {
  readonly results: ResultsDocument
  readonly traffic: TrafficDocument | undefined
  /** Where the reports are. */
  readonly folder: string
  readonly notes: readonly string[]
}

/** Makes the reports of a finished run once more, from its bundle alone. Throws InvalidInputError where it is none. */
export async function reportBundle(options: ReportOptions): Promise<Reported> {
  const bundle = await readBundle(options.folder)
  if (bundle.traffic) await checkFigures(bundle)
  const { metrics } = await loadWorkload(bundle.manifest.workload)
  const given = await readThresholds(options, metrics)
  const { results, notes } = await judgeAgain(bundle, { given, metrics, resultsFolder: options.results })
  const { charts, note } = await chartsOf(bundle)
  const { manifest, ledger, traffic } = bundle
  const folder = options.output ?? options.folder
  await writeReports(diskStore(folder), { manifest, results, ledger, charts, traffic })
  return { results, traffic, folder, notes: [...notes, ...note] }
}

/** A traffic report draws its own. */
async function chartsOf({ manifest, results, local, traffic, folder }: Bundle) {
  const { done, total } = results.jobs
  if (traffic || done < total) return { charts: [] as readonly Chart[], note: [] }
  const workload = await loadWorkload(manifest.workload)
  try {
    return { charts: (await workload.summarize(manifest.settings, resultStores(local))).charts, note: [] }
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    const pull = `turnaround bundle pull ${manifest.run_id} --with-delays brings it`
    return { charts: [], note: [`${folder} lacks ${error.key}: the workload's charts are left out; ${pull}`] }
  }
}
