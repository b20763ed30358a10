import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { EnvironmentLostError } from '../../errors.ts'
import { commandAgain, runAgain } from '../run/command-again.ts'
import type { RunOutcome, StartedRun } from '../run/run-options.ts'
import { uploadPlaces } from '../run/upload-place.ts'
import { askAtTerminal } from '../ask.ts'
import { durationOption } from './duration-option.ts'
import { onSignals } from '../signals.ts'
import {
  DEFAULT_AWS_LIKE_SEED,
  DEFAULT_RESULTS_FOLDER,
  DEFAULT_SLOTS,
  amount,
  awsLikeSeed,
  environmentOptions,
  hostOptions,
  logOptions,
  scenarioOptions,
  whole,
} from './options.ts'

export const command = 'run <scenario>'
export const describe = 'run a scenario; with the --run-id of an unfinished run, go on with it'

export function builder(argv: Argv) {
  return logOptions(hostOptions(environmentOptions(scenarioOptions(argv))))
    .option('run-id', { type: 'string', describe: 'name of the run, a-z 0-9 "-" (default: scenario and UTC time)' })
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
    .option('slots-timeout', {
      type: 'string',
      describe: 'how long the shards of a traffic run wait for hosts with free slots, such as 90s or 10m (default 1m)',
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
      describe: `embedded: as unkind as AWS may be (repeats, disorder, throttles); a seed may follow (default ${DEFAULT_AWS_LIKE_SEED})`,
      coerce: awsLikeSeed,
    })
    .option('out', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe:
        'figures of a traffic run while it runs: prometheus=URL, otlp=URL, csv=FILE, json=FILE; may be repeated',
    })
    .option('dry-run', {
      type: 'boolean',
      default: false,
      describe: 'show what would be run and what it would take, and touch nothing',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print the results document instead of the summary' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress' })
    .epilogue(
      'Variables: those of the AWS SDK (AWS_PROFILE, AWS_ENDPOINT_URL_SQS, …); TEST_RUN_ID, the dimension of metrics; ' +
        'TURNAROUND_RESULTS_KMS_KEY_ID, a key of KMS that encrypts the uploaded results (default: SSE-S3).',
    )
}

type RunArguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: RunArguments): Promise<void> {
  if (args.dryRun) return dryRun(args)
  const { runScenario } = await import('../run/run-scenario.ts')
  const { showProgress } = await import('../run/display.ts')
  let started: StartedRun | undefined
  const signal = onSignals({ say: (text) => process.stderr.write(`${text}\n`) })
  const outcome = await runScenario({
    ...args,
    set: [...args.set, ...(args.messages === undefined ? [] : [`synthetic.messages=${args.messages}`])],
    workers: args.workers ?? availableParallelism(),
    slots: args.slots ?? DEFAULT_SLOTS,
    ...(args.slotsTimeout !== undefined && { slotsTimeoutMs: await slotsTimeoutMs(args.slotsTimeout) }),
    signal,
    ask: askAtTerminal(signal),
    tell: (text) => void (args.quiet || process.stderr.write(text)),
    show: ({ graph }, scheduler, { live }) => (args.quiet ? () => undefined : showProgress(graph, scheduler, live)),
    onStart(run) {
      started = run
      const { runId, isResumed, jobs } = run
      if (!args.quiet)
        process.stderr.write(`${isResumed ? 'going on with' : 'run'} ${runId}: ${jobs} jobs on ${args.env}\n`)
    },
  }).catch((error: unknown) => {
    if (started?.isKept && !(error instanceof EnvironmentLostError))
      process.stderr.write(`Nothing done is lost; go on with ${goOn(args, started.runId)}\n`)
    throw error
  })
  process.exitCode = outcome.results.exit_code
  process.stdout.write(args.json ? `${JSON.stringify(outcome.results, null, 2)}\n` : await summaryOf(outcome, args))
}

const slotsTimeoutMs = (given: string) => durationOption('--slots-timeout', given, 1_000, 3_600_000)

async function dryRun(args: RunArguments): Promise<void> {
  const { describeRun, renderDryRun } = await import('../run/dry-run.ts')
  const described = await describeRun(args.scenario, {
    ...args,
    set: [...args.set, ...(args.messages === undefined ? [] : [`synthetic.messages=${args.messages}`])],
    workers: args.workers ?? availableParallelism(),
    slots: args.slots ?? DEFAULT_SLOTS,
  })
  process.stdout.write(args.json ? `${JSON.stringify(described, null, 2)}\n` : renderDryRun(described))
}

/** A run id belongs to one scenario, seed and settings. */
function goOn(args: RunArguments, runId: string): string {
  return runAgain(args.scenario, args, { 'run-id': runId })
}

/** Commands worth running now. */
function nextCommands({ results, isKept }: RunOutcome, args: RunArguments): string[] {
  const { jobs, run_id: runId, seed } = results
  if (jobs.open > 0 && isKept) return [`${goOn(args, runId)}   (goes on where it stopped)`]
  if (jobs.open > 0) return [`${runAgain(args.scenario, args)}   (from the start: nothing was kept)`]
  return [
    commandAgain(`results show ${runId}`, args, ['results']),
    `${runAgain(args.scenario, args, { seed: seed + 1 })}   (another draw)`,
  ]
}

async function summaryOf(outcome: RunOutcome, args: RunArguments): Promise<string> {
  const { renderRun } = await import('../run/render-run.ts')
  const { REPORT_KEY } = await import('../../results/layout.ts')
  const { results, folder, dataFolder, finishedBefore, traffic } = outcome
  const here = (path: string) => relative(process.cwd(), path) || '.'
  const text = renderRun(results, traffic, {
    paths: {
      bundle: here(folder),
      report: here(join(folder, REPORT_KEY)),
      ...(dataFolder && { store: here(dataFolder) }),
    },
    next: nextCommands(outcome, args),
    color: process.stdout.isTTY && !process.env.NO_COLOR,
    width: process.stdout.columns || 100,
  })
  return finishedBefore ? `\n  Run ${results.run_id} was finished before; nothing was run.\n${text}` : text
}
