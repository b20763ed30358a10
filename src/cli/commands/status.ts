import type { Argv, ArgumentsCamelCase } from 'yargs'
import { InvalidInputError } from '../../errors.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import { runAgain } from '../run/command-again.ts'
import { environmentOptions } from './options.ts'

export const command = 'status <run-id>'
export const describe = 'how far a run is, from the job table'

export function builder(argv: Argv) {
  return environmentOptions(argv)
    .positional('run-id', { type: 'string', demandOption: true, describe: 'as printed by run' })
    .option('json', { type: 'boolean', default: false, describe: 'print as JSON' })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { systemClock } = await import('../../clock.ts')
  const { jobTable } = await import('../../jobs/job-table.ts')
  const { runItems } = await import('../../jobs/run-item.ts')
  const { parseRunId } = await import('../../results/run-id.ts')
  const { provisionOrCheck } = await import('../../environment/provision.ts')
  const { inEnvironment } = await import('../run/open-environment.ts')
  const runId = parseRunId(args.runId)
  await inEnvironment(args, async ({ environment }) => {
    const { clients, names } = environment
    await provisionOrCheck(environment)
    const run = await runItems({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock }).get(runId)
    if (!run) throw unknownRun(runId, environment.name)
    const counts = { pending: run.jobs, queued: 0, done: 0, failed: 0, blocked: 0 }
    const table = jobTable({ client: clients.dynamodb, tableName: names.jobs, clock: systemClock })
    for (const { state } of (await table.records(runId)).values()) {
      counts[state]++
      counts.pending = Math.max(0, counts.pending - 1) // forged messages leave rows of jobs that are not planned
    }
    process.stdout.write(
      args.json
        ? `${JSON.stringify({ ...run, jobs: { total: run.jobs, ...counts } }, null, 2)}\n`
        : render(run, counts, runAgain(run.scenario, args, { seed: run.seed, 'run-id': runId })),
    )
  })
}

function render(run: RunItem, counts: Record<string, number>, again: string): string {
  const states = Object.entries(counts).map(([state, count]) => `${count} ${state}`)
  return [
    `${run.runId}: ${run.state}${run.exitCode === undefined ? '' : `, exit code ${run.exitCode}`}`,
    `  scenario  ${run.scenario} (workload ${run.workload}), seed ${run.seed}`,
    `  started   ${new Date(run.startedAtMs).toISOString()}${run.resumed > 0 ? `, taken up again ${run.resumed} times` : ''}`,
    `  jobs      ${run.jobs}: ${states.join(', ')}`,
    ...(run.digest === undefined ? [] : [`  digest    ${run.digest}`]),
    ...(run.state === 'running'
      ? [`  next      ${again}   (with the --set and --messages it was started with: goes on where it is)`]
      : []),
    '',
  ].join('\n')
}

function unknownRun(runId: string, environment: string): InvalidInputError {
  return new InvalidInputError('The run is not known:', [
    {
      path: 'run-id',
      message: `${runId} is not in the job table of ${environment}; turnaround results list shows the local bundles`,
    },
  ])
}
