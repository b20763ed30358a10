import type { Argv, ArgumentsCamelCase } from 'yargs'
import { InvalidInputError, RefusedError } from '../../errors.ts'
import type { LocalBundle } from '../../results/local-bundles.ts'
import { DEFAULT_RESULTS_FOLDER, environmentOptions, whole } from './options.ts'

export const command = 'clean [run-ids..]'
export const describe = 'remove runs: their bundles, and what the environment keeps of them'

const KEPT = 3

export function builder(argv: Argv) {
  return environmentOptions(argv)
    .positional('run-ids', { type: 'string', array: true, default: [], describe: 'these runs, whatever their age' })
    .option('keep', {
      type: 'string',
      default: String(KEPT),
      describe: 'keep this many, the latest',
      coerce: (value: string) => whole('--keep', value, 0, 1_000_000)!,
    })
    .option('older-than', {
      type: 'string',
      default: '0',
      describe: 'only what ended more than this many days ago',
      coerce: (value: string) => whole('--older-than', value, 0, 36_500)!,
    })
    .option('results', { type: 'string', default: DEFAULT_RESULTS_FOLDER, describe: 'folder of the bundles' })
    .option('yes', { type: 'boolean', default: false, describe: 'remove; without it only what would go is shown' })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { systemClock } = await import('../../clock.ts')
  const { formatBytes } = await import('../../report/format.ts')
  const { listBundles } = await import('../../results/local-bundles.ts')
  const { chooseBundles, cleanRun, folderBytes } = await import('../run/clean-runs.ts')
  const { bundles } = await listBundles(args.results)
  mustBeThere(args.runIds, bundles, args.results)
  const chosen = chooseBundles(bundles, { ...args, olderThanDays: args.olderThan }, systemClock.now())
  if (chosen.length === 0) {
    process.stdout.write(
      `nothing to remove: ${bundles.length} runs in ${args.results}/, the latest ${args.keep} stay\n`,
    )
    return
  }
  for (const bundle of chosen) {
    const { run_id: runId, jobs } = bundle.results
    const open = jobs.open > 0 ? '  not finished: cannot be gone on with afterwards' : ''
    process.stdout.write(`${runId}  ${formatBytes(await folderBytes(bundle.folder))}${open}\n`)
  }
  if (!args.yes) {
    process.stdout.write(`${chosen.length} of ${bundles.length} runs would go; remove them with --yes\n`)
    return
  }

  const { inEnvironment } = await import('../run/open-environment.ts')
  const { provisionOrCheck } = await import('../../environment/provision.ts')
  await inEnvironment(args, async ({ environment }) => {
    const { supported, why } = environment.capabilities.provision
    if (!supported) throw new RefusedError(`${args.env} is not cleaned by turnaround (${why}): its run data expires`)
    await provisionOrCheck(environment)
    for (const bundle of chosen) await cleanRun(bundle, environment)
  })
  process.stdout.write(`${chosen.length} runs removed\n`)
}

function mustBeThere(runIds: readonly string[], bundles: readonly LocalBundle[], folder: string): void {
  const known = new Set(bundles.map(({ results }) => results.run_id))
  const missing = runIds.filter((runId) => !known.has(runId))
  if (missing.length === 0) return
  throw new InvalidInputError(
    'A run is not known:',
    missing.map((runId) => ({ path: 'run-ids', message: `${runId} is not in ${folder}/ (turnaround results list)` })),
  )
}
