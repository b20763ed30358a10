import { join, relative } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { InvalidInputError } from '../../errors.ts'
import { environmentNames } from '../../environment/resolve-environment.ts'
import type { renderSummary } from '../../report/terminal.ts'
import type { ResultsDocument } from '../../results/documents.ts'
import type { LocalBundle } from '../../results/local-bundles.ts'
import { didYouMean } from '../../nearest.ts'
import { DEFAULT_RESULTS_FOLDER, endpointOptions, serverOptions, whole } from './options.ts'

export const command = 'results <action> [run-id]'
export const describe = 'list the local bundles, or with --env what was uploaded; or show one again'

export function builder(argv: Argv) {
  return endpointOptions(serverOptions(argv))
    .positional('action', {
      choices: ['list', 'show', 'latest'] as const,
      demandOption: true,
      describe: 'show needs a run id',
    })
    .positional('run-id', { type: 'string', describe: 'as printed by run; with --env a key of the bucket will do too' })
    .option('env', { type: 'string', describe: `look into the results bucket of: ${environmentNames.join(', ')}` })
    .option('scenario', { type: 'string', describe: 'with --env: only of this scenario' })
    .option('limit', {
      type: 'string',
      default: String(DEFAULT_LIMIT),
      describe: `with --env: list at most so many, the newest; show looks through ${SEARCHED}; 1-${MAX_LIMIT}`,
      coerce: (value: string) => whole('--limit', value, 1, MAX_LIMIT)!,
    })
    .option('results', { type: 'string', default: DEFAULT_RESULTS_FOLDER, describe: 'folder of the bundles' })
    .option('json', { type: 'boolean', default: false, describe: 'print the documents as JSON' })
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 1_000
/** Documents of which `show` reads the run id: the key does not hold it. */
const SEARCHED = 200

type ResultsArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: ResultsArguments): Promise<void> {
  if (args.env !== undefined) return handleUploaded(args, args.env)
  const { listBundles } = await import('../../results/local-bundles.ts')
  const { bundles, unreadable } = await listBundles(args.results)
  for (const { message } of unreadable) process.stderr.write(`${message}\n`)
  if (args.action === 'list')
    return list(
      bundles.map(({ results }) => results),
      args,
      `${args.results}/`,
    )
  const bundle = args.action === 'latest' ? bundles[0] : bundles.find(({ results }) => results.run_id === args.runId)
  if (!bundle) throw missing(bundles, args)
  const { REPORT_KEY } = await import('../../results/layout.ts')
  await show(bundle.results, args, { bundle: here(bundle.folder), report: here(join(bundle.folder, REPORT_KEY)) })
}

async function handleUploaded(args: ResultsArguments, env: string): Promise<void> {
  const { systemClock } = await import('../../clock.ts')
  const { inEnvironment } = await import('../run/open-environment.ts')
  const { uploadedResults } = await import('../../results/uploaded-results.ts')
  if (args.action === 'show' && args.runId === undefined) throw missing([], args)
  await inEnvironment({ ...args, env }, async ({ environment }) => {
    const { clients, names } = environment
    const reader = uploadedResults({ client: clients.s3, bucket: names.results, clock: systemClock })
    const place = `s3://${names.results}/${env}/`
    if (args.action === 'show' && args.runId!.includes('/')) {
      const { key, results } = await reader.get(args.runId!)
      return await show(results, args, { document: `s3://${names.results}/${key}` })
    }
    const limit = { list: args.limit, latest: 1, show: SEARCHED }[args.action]
    const { found, notes } = await reader.latest({ environment: env, scenario: args.scenario, limit })
    for (const note of notes) process.stderr.write(`${note}\n`)
    if (args.action === 'list')
      return list(
        found.map(({ results }) => results),
        args,
        place,
      )
    const one = args.action === 'latest' ? found[0] : found.find(({ results }) => results.run_id === args.runId)
    if (one) return await show(one.results, args, { document: `s3://${names.results}/${one.key}` })
    const message =
      args.action === 'latest'
        ? `there is none in ${place}`
        : `${args.runId} is not among the newest ${found.length} in ${place}; narrow with --scenario, or give its key`
    throw new InvalidInputError('The run is not known:', [{ path: 'run-id', message }])
  })
}

function here(path: string): string {
  return relative(process.cwd(), path) || '.'
}

function list(documents: readonly ResultsDocument[], { json }: ResultsArguments, place: string): void {
  if (json) process.stdout.write(`${JSON.stringify(documents, null, 2)}\n`)
  else if (documents.length === 0)
    process.stdout.write(`no runs in ${place} yet; make one: npx turnaround run flights-small\n`)
  for (const results of json ? [] : documents) {
    const { run_id: runId, verdict, jobs, makespan_ms: makespanMs, digest } = results
    const seconds = `${(makespanMs / 1000).toFixed(1)} s`
    process.stdout.write(
      `${runId}  ${verdict}  ${jobs.done}/${jobs.total} jobs  ${seconds}  ${digest?.slice(0, 12) ?? '—'}\n`,
    )
  }
}

async function show(
  results: ResultsDocument,
  args: ResultsArguments,
  paths: Parameters<typeof renderSummary>[1]['paths'],
): Promise<void> {
  if (args.json) {
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
    return
  }
  const { renderSummary } = await import('../../report/terminal.ts')
  process.stdout.write(
    renderSummary(results, {
      summaryLines: results.summary_lines,
      paths,
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
