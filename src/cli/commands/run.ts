import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { uploadPlaces } from '../run/upload-place.ts'
import { EnvironmentLostError } from '../../errors.ts'
import type { RunOutcome } from '../run/run-scenario.ts'
import { askAtTerminal } from '../ask.ts'
import { onSignals } from '../signals.ts'
import {
  DEFAULT_RESULTS_FOLDER,
  DEFAULT_SLOTS,
  amount,
  environmentOptions,
  hostOptions,
  logOptions,
  whole,
} from './options.ts'

export const command = 'run <scenario>'
export const describe = 'run a scenario; with the --run-id of an unfinished run, go on with it'

export function builder(argv: Argv) {
  return logOptions(hostOptions(environmentOptions(argv)))
    .positional('scenario', {
      type: 'string',
      demandOption: true,
      describe: 'name in scenarios/, or path of a .ts or .yaml file',
    })
    .option('seed', {
      type: 'string',
      describe: 'decides everything that is drawn, 0-2^53-1 (default: the scenario’s)',
      coerce: (value: string) => whole('--seed', value, 0, Number.MAX_SAFE_INTEGER),
    })
    .option('run-id', { type: 'string', describe: 'name of the run, a-z 0-9 "-" (default: scenario and UTC time)' })
    .option('set', {
      type: 'string',
      array: true,
      default: [],
      nargs: 1,
      describe: 'path=value: override the scenario, e.g. flights.sequences=20',
    })
    .option('messages', {
      type: 'string',
      describe: 'jobs of a synthetic scenario: short for --set synthetic.messages=N',
      coerce: (value: string) => whole('--messages', value, 1, 1_000_000),
    })
    .option('hosts', {
      choices: ['threads', 'none'] as const,
      default: 'threads' as const,
      describe: 'none: only schedule; turnaround work does the jobs',
    })
    .option('results', { type: 'string', default: DEFAULT_RESULTS_FOLDER, describe: 'folder for local bundles' })
    .option('ephemeral', { type: 'boolean', default: false, describe: 'embedded: keep nothing but the bundle' })
    .option('upload', {
      choices: uploadPlaces,
      default: 'bucket' as const,
      describe: 'where the results document goes: the results bucket, the folder of --results, or nowhere',
    })
    .option('with-delays', {
      type: 'boolean',
      default: false,
      describe: 'from AWS: fetch every output, not only percentiles (turnaround bundle pull does so later)',
    })
    .option('max-cost', {
      type: 'string',
      describe: 'US dollars: refuse a run that is estimated above (turnaround estimate shows what of)',
      coerce: (value: string) => amount('--max-cost', value),
    })
    .option('reason', { type: 'string', describe: 'why; kept in the audit record of a protected environment' })
    .option('aws-like', {
      type: 'string',
      describe: 'embedded: as unkind as AWS may be (repeats, disorder, throttles); a seed may follow (default 1)',
      coerce: (value: string) => (value === '' ? 1 : whole('--aws-like', value, 0, Number.MAX_SAFE_INTEGER)),
    })
    .option('json', { type: 'boolean', default: false, describe: 'print the results document instead of the summary' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress' })
}

type RunArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: RunArguments): Promise<void> {
  const { runScenario } = await import('../run/run-scenario.ts')
  const { showProgress } = await import('../run/display.ts')
  let started: string | undefined
  const signal = onSignals({ say: (text) => process.stderr.write(`${text}\n`) })
  const outcome = await runScenario({
    ...args,
    set: [...args.set, ...(args.messages === undefined ? [] : [`synthetic.messages=${args.messages}`])],
    workers: args.workers ?? availableParallelism(),
    slots: args.slots ?? DEFAULT_SLOTS,
    signal,
    ask: askAtTerminal(signal),
    tell: (text) => void (args.quiet || process.stderr.write(text)),
    show: ({ graph }, scheduler) => (args.quiet ? () => undefined : showProgress(graph, scheduler)),
    onStart: ({ runId, resumed, jobs }) => {
      started = runId
      if (!args.quiet)
        process.stderr.write(`${resumed ? 'going on with' : 'run'} ${runId}: ${jobs} jobs on ${args.env}\n`)
    },
  }).catch((error: unknown) => {
    if (started && !(error instanceof EnvironmentLostError))
      process.stderr.write(`Nothing done is lost; go on with ${resumeCommand(args, started)}\n`)
    throw error
  })
  process.exitCode = outcome.results.exit_code
  process.stdout.write(args.json ? `${JSON.stringify(outcome.results, null, 2)}\n` : await summaryOf(outcome, args))
}

function againCommand({ scenario, env }: RunArguments): string {
  return `npx turnaround run ${scenario}${env === 'embedded' ? '' : ` --env ${env}`}`
}

/** The run's own options again: a run id belongs to one scenario, seed and settings. */
function resumeCommand(args: RunArguments, runId: string): string {
  const { seed, set, messages } = args
  const same = [
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
    ...(messages === undefined ? [] : [`--messages ${messages}`]),
    ...set.map((assignment) => `--set '${assignment}'`),
  ]
  return [againCommand(args), `--run-id ${runId}`, ...same].join(' ')
}

async function summaryOf(
  { results, folder, dataFolder, finishedBefore }: RunOutcome,
  args: RunArguments,
): Promise<string> {
  const { renderSummary } = await import('../../report/terminal.ts')
  const { reportPath } = await import('../run/collect-results.ts')
  const here = (path: string) => relative(process.cwd(), path) || '.'
  const again = againCommand(args)
  const text = renderSummary(results, {
    summaryLines: results.summary_lines,
    paths: {
      bundle: here(folder),
      report: here(reportPath(folder)),
      ...(dataFolder && !args.ephemeral && { store: here(dataFolder) }),
    },
    next:
      results.jobs.open > 0
        ? [`${resumeCommand(args, results.run_id)}   (goes on where it stopped)`]
        : [`npx turnaround results show ${results.run_id}`, `${again} --seed ${results.seed + 1}   (another draw)`],
    color: process.stdout.isTTY && !process.env.NO_COLOR,
    width: process.stdout.columns || 100,
  })
  return finishedBefore ? `\n  Run ${results.run_id} was finished before; nothing was run.\n${text}` : text
}
