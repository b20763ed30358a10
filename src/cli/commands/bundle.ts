import { join } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { DEFAULT_RESULTS_FOLDER, environmentOptions } from './options.ts'

export const command = 'bundle <action> <run-id>'
export const describe = 'move the bundle of a run between disk and the data bucket of an environment'

export function builder(argv: Argv) {
  return environmentOptions(argv)
    .positional('action', { choices: ['pull', 'push'] as const, demandOption: true, describe: 'pull: to this disk' })
    .positional('run-id', { type: 'string', demandOption: true, describe: 'as printed by run' })
    .option('with-delays', {
      type: 'boolean',
      default: false,
      describe: 'every output, not only manifest, percentiles, merged, ledger, results and report',
    })
    .option('results', { type: 'string', default: DEFAULT_RESULTS_FOLDER, describe: 'folder of the bundles' })
    .option('reason', { type: 'string', describe: 'push: why; kept in the audit record of a protected environment' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress' })
    .epilogue('Repeat it where it broke off: only what is missing or differs is transferred. Every SHA-256 is checked.')
}

const PROGRESS_MS = 1_000

type BundleArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: BundleArguments): Promise<void> {
  const { parseRunId } = await import('../../results/run-id.ts')
  const { formatBytes, formatCount, formatNoun } = await import('../../report/format.ts')
  const { provisionOrCheck } = await import('../../environment/provision.ts')
  const { inEnvironment } = await import('../run/open-environment.ts')
  const { pullBundle, pushBundle } = await import('../run/move-bundle.ts')
  const runId = parseRunId(args.runId)
  let shownAt = -Infinity
  function onDone(done: number, of: number): void {
    if (args.quiet || (done < of && performance.now() - shownAt < PROGRESS_MS)) return
    shownAt = performance.now()
    process.stderr.write(`${formatCount(done)} of ${formatNoun(of, 'object')}\n`)
  }
  await inEnvironment(args, async ({ environment, findFiles }) => {
    await provisionOrCheck(environment)
    const folder = join(args.results, runId)
    if (args.action === 'push') await askWhetherToPush(environment, folder, args)
    const move = args.action === 'pull' ? pullBundle : pushBundle
    const options = { runId, environment, folder, withDelays: args.withDelays, findFiles: findFiles?.(runId), onDone }
    const { kept, transferred, bytes, absent } = await move(options)
    const missing = absent > 0 ? `, ${formatCount(absent)} not in the bundle here (pull them --with-delays)` : ''
    const place = `s3://${environment.names.data}/${runId}/`
    const [from, to] = args.action === 'pull' ? [place, folder] : [folder, place]
    process.stdout.write(
      `${from} → ${to}: ${formatNoun(transferred, 'object')} transferred (${formatBytes(bytes)}), ${formatCount(kept)} were there${missing}\n`,
    )
  })
}

/** Ctrl-C at the question is recorded as an answer; after it, it ends the push, which may be repeated. */
async function askWhetherToPush(
  environment: StartedEnvironment,
  folder: string,
  { runId, results, reason, quiet }: BundleArguments,
): Promise<void> {
  const { askAtTerminal } = await import('../ask.ts')
  const { onSignals } = await import('../signals.ts')
  const { admitPush } = await import('../run/admit-push.ts')
  const say = (text: string) => void (quiet || process.stderr.write(`${text}\n`))
  const stop = onSignals({ say })
  await admitPush(environment, { runId, folder, results, reason, say, ask: askAtTerminal(stop) })
  stop.addEventListener('abort', () => process.exit(105))
}
