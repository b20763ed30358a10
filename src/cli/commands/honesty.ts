import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { type ExitCode, worstExitCode } from '../../exit-codes.ts'
import type { HonestyResult } from '../../honesty/honesty-document.ts'
import { honestyKinds } from '../../targets/index.ts'
import { launch } from '../launch.ts'
import { onSignals } from '../signals.ts'
import { durationOption } from './duration-option.ts'
import { whole } from './options.ts'

export const command = 'honesty'
export const describe = 'what this load engine reports on this machine, beside what is true: targets with known answers'

const SHORTEST_MS = 1000
const LONGEST_MS = 600_000
const EXIT_CODES: Readonly<Record<HonestyResult['state'], ExitCode>> = {
  within: 0,
  beyond: 99,
  saturated: 90,
  incomplete: 91,
}

export function builder(argv: Argv) {
  return argv
    .option('kind', {
      type: 'string',
      array: true,
      nargs: 1,
      choices: honestyKinds,
      describe: 'behaviour of the target; may be given more than once (default: all)',
    })
    .option('duration', {
      type: 'string',
      default: '10s',
      describe: 'of each run; spans of a behaviour are shares of it, e.g. a freeze of 2 s in 10 s',
    })
    .option('rate', {
      type: 'string',
      default: '100',
      describe: 'starts a second, 10-10000',
      coerce: (value: string) => whole('--rate', value, 10, 10_000)!,
    })
    .option('connections', {
      type: 'string',
      describe: 'requests under way at once, 1-5000 (default: 10, and the freeze with 300 as well)',
      coerce: (value: string) => whole('--connections', value, 1, 5000),
    })
    .option('json', { type: 'boolean', default: false, describe: 'print everything as JSON instead of the table' })
    .example('$0 honesty', 'a minute and a half, with nothing else running')
    .example('$0 honesty --kind freeze --duration 3s', 'one target that stands still for a fifth of the time')
    .epilogue(
      'Exit codes: 99 beyond the bound, 90 where generator or machine were too busy twice, 91 where figures are missing.',
    )
}

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Args): Promise<void> {
  const { honestyCases } = await import('../../honesty/honesty-case.ts')
  const { runHonesty } = await import('../../honesty/run-honesty.ts')
  const { renderHonesty } = await import('../../honesty/render-honesty.ts')
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const stop = onSignals({ say })
  const { kind: kinds, rate, connections } = args
  const cases = honestyCases({
    durationMs: await durationOption('--duration', args.duration, SHORTEST_MS, LONGEST_MS),
    rate,
    ...(kinds && { kinds }),
    ...(connections !== undefined && { connections }),
  })
  const logs = await mkdtemp(join(tmpdir(), 'turnaround-honesty-'))
  try {
    const document = await runHonesty({
      cases,
      launch: (words) => launch(words, join(logs, 'target.log')),
      stop,
      onResult: ({ behaviour, connections: count, state }) => say(`${behaviour}, ${count} connections: ${state}`),
    })
    process.stdout.write(args.json ? `${JSON.stringify(document, null, 2)}\n` : renderHonesty(document))
    process.exitCode = worstExitCode(document.behaviours.map(({ state }) => EXIT_CODES[state]))
  } finally {
    await rm(logs, { recursive: true, force: true })
  }
}
