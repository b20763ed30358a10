import { InvalidInputError, type Fault } from '../errors.ts'
import type { Source } from './sources.ts'

const RUN_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Throws InvalidInputError with every reason why these bundles do not add up to one. */
export function refuse(sources: readonly Source[], { force }: { readonly force: boolean }): void {
  const faults = [
    ...tooFew(sources),
    ...sources.flatMap(searches),
    ...sources.flatMap(strangeIds),
    ...twice(sources),
    ...differing(sources, 'workload', ({ bundle }) => bundle.manifest.workload),
    ...(force ? [] : forcible(sources)),
  ]
  if (faults.length > 0) throw new InvalidInputError('The bundles cannot be merged:', faults)
}

/** What somebody may know better. */
function forcible(sources: readonly Source[]): Fault[] {
  return [
    ...differing(sources, 'scenario', ({ bundle }) => bundle.manifest.scenario, FORCE),
    ...differing(sources, 'model', ({ bundle }) => bundle.traffic.model, FORCE),
    ...differing(sources, 'executor', ({ bundle }) => bundle.traffic.executor, FORCE),
  ]
}

const FORCE = '; --force merges them all the same'

function tooFew(sources: readonly Source[]): Fault[] {
  const [only] = sources
  return sources.length > 1 ? [] : [{ path: only?.bundle.folder ?? 'bundles', message: 'is alone; give two or more' }]
}

function searches({ bundle: { folder, traffic } }: Source): Fault[] {
  if (traffic.executor !== 'step-to-failure') return []
  const message =
    'is a search (step-to-failure): each search tries rates of its own, and its seconds are not those of another'
  return [{ path: folder, message }]
}

function strangeIds({ bundle: { folder }, runs }: Source): Fault[] {
  const strange = runs.filter(({ run_id }) => !RUN_ID.test(run_id))
  return strange.map(({ run_id }) => ({ path: folder, message: `${JSON.stringify(run_id)} is no run id` }))
}

/** One run counted twice would look like twice the load. */
function twice(sources: readonly Source[]): Fault[] {
  const seen = new Map<string, string>()
  return sources.flatMap(({ bundle: { folder }, runs }) =>
    runs.flatMap(({ run_id, digest }) => {
      const before = seen.get(digest)
      seen.set(digest, folder)
      return before === undefined ? [] : [{ path: folder, message: `run ${run_id} is in ${before} already` }]
    }),
  )
}

function differing(
  sources: readonly Source[],
  what: string,
  valueOf: (source: Source) => string,
  wayOut = '',
): Fault[] {
  const [first, ...rest] = sources
  return rest
    .filter((source) => valueOf(source) !== valueOf(first))
    .map((source) => ({
      path: source.bundle.folder,
      message: `its ${what} is ${valueOf(source)}, and that of ${first.bundle.folder} is ${valueOf(first)}${wayOut}`,
    }))
}
