import { relative } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { InvalidInputError } from '../../errors.ts'
import type { LocalBundle } from '../../results/local-bundles.ts'
import { didYouMean } from '../../nearest.ts'
import { DEFAULT_RESULTS_FOLDER } from './options.ts'

export const command = 'results <action> [run-id]'
export const describe = 'list the local bundles, or show one again'

export function builder(argv: Argv) {
  return argv
    .positional('action', {
      choices: ['list', 'show', 'latest'] as const,
      demandOption: true,
      describe: 'show needs a run id',
    })
    .positional('run-id', { type: 'string', describe: 'as printed by run' })
    .option('results', { type: 'string', default: DEFAULT_RESULTS_FOLDER, describe: 'folder of the bundles' })
    .option('json', { type: 'boolean', default: false, describe: 'print the documents as JSON' })
}

type ResultsArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: ResultsArguments): Promise<void> {
  const { listBundles } = await import('../../results/local-bundles.ts')
  const { bundles, unreadable } = await listBundles(args.results)
  for (const { message } of unreadable) process.stderr.write(`${message}\n`)
  if (args.action === 'list') return list(bundles, args)
  const bundle = args.action === 'latest' ? bundles[0] : bundles.find(({ results }) => results.run_id === args.runId)
  if (!bundle) throw missing(bundles, args)
  await show(bundle, args)
}

function list(bundles: readonly LocalBundle[], { json, results: folder }: ResultsArguments): void {
  if (json)
    process.stdout.write(
      `${JSON.stringify(
        bundles.map(({ results }) => results),
        null,
        2,
      )}\n`,
    )
  else if (bundles.length === 0)
    process.stdout.write(`no runs in ${folder}/ yet; make one: npx turnaround run flights-small\n`)
  for (const { results } of json ? [] : bundles) {
    const { run_id: runId, verdict, jobs, makespan_ms: makespanMs, digest } = results
    const seconds = `${(makespanMs / 1000).toFixed(1)} s`
    process.stdout.write(
      `${runId}  ${verdict}  ${jobs.done}/${jobs.total} jobs  ${seconds}  ${digest?.slice(0, 12) ?? '—'}\n`,
    )
  }
}

async function show({ folder, results }: LocalBundle, args: ResultsArguments): Promise<void> {
  if (args.json) {
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
    return
  }
  const { renderSummary } = await import('../../report/terminal.ts')
  const { reportPath } = await import('../run/collect-results.ts')
  const here = (path: string) => relative(process.cwd(), path) || '.'
  process.stdout.write(
    renderSummary(results, {
      summaryLines: results.summary_lines,
      paths: { bundle: here(folder), report: here(reportPath(folder)) },
      next: [],
      color: process.stdout.isTTY && !process.env.NO_COLOR,
      width: process.stdout.columns || 100,
    }),
  )
}

function missing(bundles: readonly LocalBundle[], { runId, results: folder }: ResultsArguments): Error {
  if (runId === undefined)
    return new InvalidInputError('No run to show:', [
      { path: 'run-id', message: `show needs one (turnaround results list), and latest a run in ${folder}/` },
    ])
  const near = didYouMean(
    runId,
    bundles.map(({ results }) => results.run_id),
  )
  return new InvalidInputError('The run is not known:', [
    { path: 'run-id', message: `${runId} is not in ${folder}/${near}` },
  ])
}
