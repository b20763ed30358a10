import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { InvalidInputError } from '../../errors.ts'
import type { ParitySide } from '../../compare/run-parity.ts'
import type { Side } from '../run/run-side.ts'
import { onSignals } from '../signals.ts'
import { SUPPORTED_SIDES } from '../run/supported-sides.ts'
import { DEFAULT_RESULTS_FOLDER, DEFAULT_SLOTS, hostOptions, scenarioOptions, serverOptions } from './options.ts'

export const command = 'parity-run <scenario>'
export const describe = 'run a scenario on two environments, one after the other, and compare what came of it'

export function builder(argv: Argv) {
  return hostOptions(serverOptions(scenarioOptions(argv)))
    .option('a', { type: 'string', default: 'embedded', describe: 'one environment; +work: see below' })
    .option('b', { type: 'string', demandOption: true, describe: 'the other one, e.g. localstack or localstack+work' })
    .option('a-endpoint', { type: 'string', describe: 'URL of an AWS-compatible server for a' })
    .option('b-endpoint', { type: 'string', describe: 'URL of an AWS-compatible server for b' })
    .option('results', { type: 'string', default: DEFAULT_RESULTS_FOLDER, describe: 'folder for parity-<scenario>-…/' })
    .option('json', { type: 'boolean', default: false, describe: 'print parity-run.json instead of the tables' })
    .epilogue(
      [
        `Sides: ${SUPPORTED_SIDES}.`,
        'With +work the scheduler runs alone, as with run --hosts none.',
        'Endpoints may differ by service: AWS_ENDPOINT_URL_SQS and the like, for every side but an embedded one.',
        'Exit codes: 0 the digests agree, 99 they differ, 94 a run did not complete.',
      ].join('\n'),
    )
}

type Arguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Arguments): Promise<void> {
  const { systemClock } = await import('../../clock.ts')
  const { version } = await import('../../version.ts')
  const { compareRuns } = await import('../../compare/run-parity.ts')
  const { renderRunParityHtml } = await import('../../report/run-parity-html.ts')
  const { renderRunParityText } = await import('../../report/run-parity-text.ts')
  const { defaultRunId } = await import('../../results/run-id.ts')
  const { prepareScenario } = await import('../run/prepare.ts')
  const { parseSides } = await import('../run/run-side.ts')

  const [a, b] = parseSides(args)
  const { scenario, workload } = await prepareScenario(args.scenario, args)
  if (!workload.deterministic) throw notComparable(scenario.name, workload.name)
  const nowMs = systemClock.now()
  const folder = join(args.results, defaultRunId(`parity-${scenario.name}`, nowMs))
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  const signal = onSignals({ say })
  const run = (side: Side) =>
    runNamed(side, args, { folder, runId: defaultRunId(`parity-${side.name}-${scenario.name}`, nowMs), signal, say })

  const left = await run(a)
  const right = await run(b)
  const document = await compareRuns(left, right, { prefixes: workload.resultPrefixes, nowMs, version })
  const json = `${JSON.stringify(document, null, 2)}\n`
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'parity-run.json'), json)
  await writeFile(join(folder, 'parity-run.html'), renderRunParityHtml(document))
  process.stdout.write(args.json ? json : renderRunParityText(document))
  say(`written: ${join(folder, 'parity-run.html')} and parity-run.json, the bundles beside them`)
  process.exitCode = document.exit_code
}

async function runNamed(
  side: Side,
  args: Arguments,
  also: { folder: string; runId: string; signal: AbortSignal; say: (text: string) => void },
): Promise<ParitySide> {
  const { runSide } = await import('../run/run-side.ts')
  const { folder, runId, signal, say } = also
  const { data, region, scenario, seed, set } = args
  try {
    return await runSide(side, {
      ...{ data, region, scenario, seed, set, runId, signal },
      results: folder,
      workers: args.workers ?? availableParallelism(),
      slots: args.slots ?? DEFAULT_SLOTS,
      out: [],
      ask: undefined,
      tell: say,
      onStart: ({ jobs }) => say(`${side.name}: ${jobs} jobs on ${side.env}, run ${runId}`),
    })
  } catch (error) {
    say(`${side.name} (${side.env}) could not be run to its end; what there is is in ${folder}`)
    throw error
  }
}

function notComparable(scenario: string, workload: string): InvalidInputError {
  return new InvalidInputError('The scenario cannot be compared:', [
    {
      path: scenario,
      message: `the results of the workload ${workload} are measurements, which differ from run to run`,
    },
  ])
}
