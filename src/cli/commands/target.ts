import type { Argv, ArgumentsCamelCase } from 'yargs'
import { EnvironmentError, type Fault, InvalidInputError } from '../../errors.ts'
import { TargetError, type TargetEntry, targets } from '../../targets/index.ts'
import { asChild } from '../launch.ts'
import { onSignals } from '../signals.ts'
import { whole } from './options.ts'

export const command = 'target <name>'
export const describe = 'run a system under test: storefront, relay, or one with known answers'

export function builder(argv: Argv) {
  return argv
    .positional('name', {
      type: 'string',
      demandOption: true,
      choices: targets.map(({ name }) => name),
      describe: 'which one',
    })
    .option('port', {
      type: 'string',
      default: '0',
      describe: 'port on the loopback interface; 0: any free one',
      coerce: (value: string) => whole('--port', value, 0, 65_535)!,
    })
    .option('host', {
      type: 'string',
      default: '127.0.0.1',
      describe: 'address to listen on; another than the loopback interface only where nobody else can reach it',
    })
    .option('seed', {
      type: 'string',
      default: '1',
      describe: 'of its latencies and faults; the same seed, the same target',
      coerce: (value: string) => whole('--seed', value, 0, Number.MAX_SAFE_INTEGER)!,
    })
    .option('set', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: 'a number about it, name=value; may be given more than once',
    })
    .example('$0 target storefront --port 8080', 'a web shop on port 8080')
    .example('$0 target honesty-freeze --set freeze_ms=500', 'a target that stands still for half a second')
    .epilogue(['What --set takes:', ...targets.map(settingsHelp)].join('\n\n'))
}

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

/**
 * Prints `{"url", "admin_url"}` in one line when the target answers, and sends the same to a parent that started it
 * with an IPC channel (`launch`); with such a parent it ends when that does.
 */
export async function handler(args: Args): Promise<void> {
  const entry = targets.find(({ name }) => name === args.name)!
  const settings = readSet(args.set)
  const isChild = process.send !== undefined
  const parentGone = new AbortController()
  const stop = isChild ? parentGone.signal : onSignals({ say: (text) => process.stderr.write(`${text}\n`) })
  const target = await entry
    .start({ host: args.host, port: args.port, seed: args.seed, settings })
    .catch((cause: unknown) => {
      if (cause instanceof Error) process.send?.({ error: cause.message })
      throw translate(cause)
    })
  const end = () => parentGone.abort()
  if (isChild) asChild(end, end)
  const ready = { url: target.url, admin_url: target.adminUrl }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
  if (process.connected) process.send?.(ready)
  if (!stop.aborted) await new Promise<void>((ended) => stop.addEventListener('abort', () => ended(), { once: true }))
  await target.stop()
}

/** Throws InvalidInputError, which names all that cannot be read. */
function readSet(given: readonly string[]): Record<string, number> {
  const faults: Fault[] = []
  const settings: Record<string, number> = {}
  for (const text of given) {
    const [name, value] = split(text)
    if (name === '' || value.trim() === '' || !Number.isFinite(Number(value))) {
      faults.push({ path: '--set', message: `must be name=number, got "${text}"` })
    } else if (Object.hasOwn(settings, name)) {
      faults.push({ path: '--set', message: `${name} is given more than once` })
    } else {
      settings[name] = Number(value)
    }
  }
  if (faults.length > 0) throw new InvalidInputError('An option cannot be meant:', faults)
  return settings
}

function split(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function translate(cause: unknown): unknown {
  if (!(cause instanceof TargetError)) return cause
  if (cause.code !== 'INVALID_SETTINGS') return new EnvironmentError(cause.message, { cause })
  const faults = cause.faults.map(({ path, message }) => ({ path: `--set ${path}`, message }))
  return new InvalidInputError('An option cannot be meant:', faults, { cause })
}

function settingsHelp({ name, describe: what, settings }: TargetEntry): string {
  const lines = Object.entries(settings).map(
    ([setting, { describe: text, min, max, default: value }]) =>
      `  ${setting}: ${text}; ${min}-${max}, default ${value}`,
  )
  return [`${name}: ${what}`, ...lines].join('\n')
}
