import { availableParallelism } from 'node:os'
import type { Argv } from 'yargs'
import { environmentNames } from '../../environment/resolve-environment.ts'
import { InvalidInputError } from '../../errors.ts'

/** Pino's. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

const MAX_WORKERS = 64
const MAX_SLOTS = 64
export const DEFAULT_SLOTS = 8
export const DEFAULT_DATA_FOLDER = '.turnaround'
export const DEFAULT_RESULTS_FOLDER = 'results'

/** Where: the same options for every command that needs an environment. */
export function environmentOptions<T>(argv: Argv<T>) {
  const chosen = argv.option('env', {
    type: 'string',
    default: 'embedded',
    describe: `where: ${environmentNames.join(', ')}`,
  })
  return serverOptions(endpointOptions(chosen))
}

export function endpointOptions<T>(argv: Argv<T>) {
  return argv.option('endpoint', {
    type: 'string',
    describe: 'URL of an AWS-compatible server to use instead of the environment’s own',
  })
}

/** What holds for whichever environment is used. */
export function serverOptions<T>(argv: Argv<T>) {
  return argv
    .option('region', {
      type: 'string',
      describe: 'AWS region (default: AWS_REGION, else what config/environments.json says, else us-east-1)',
    })
    .option('data', { type: 'string', default: DEFAULT_DATA_FOLDER, describe: 'folder of the embedded server' })
}

/** What is run: the same for every command that plans a scenario. */
export function scenarioOptions<T>(argv: Argv<T>) {
  return argv
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
    .option('set', {
      type: 'string',
      array: true,
      default: [],
      nargs: 1,
      describe: 'path=value: override the scenario, e.g. flights.sequences=20',
    })
}

/** What the threads host says. */
export function logOptions<T>(argv: Argv<T>) {
  return argv.option('log-level', {
    choices: logLevels,
    describe: 'of the threads host’s log: host.log of a run, else stderr (default: info; off on a terminal)',
  })
}

/** How much at once: for every command that runs jobs. */
export function hostOptions<T>(argv: Argv<T>) {
  return argv
    .option('workers', {
      type: 'string',
      describe: `worker threads, 1-${MAX_WORKERS} (default: one per available core, here ${availableParallelism()})`,
      coerce: (value: string) => whole('--workers', value, 1, MAX_WORKERS),
    })
    .option('slots', {
      type: 'string',
      describe: `jobs a thread holds at once, 1-${MAX_SLOTS} (default ${DEFAULT_SLOTS})`,
      coerce: (value: string) => whole('--slots', value, 1, MAX_SLOTS),
    })
}

export const DEFAULT_AWS_LIKE_SEED = 1

/** Of `--aws-like`, with or without a seed behind it. */
export function awsLikeSeed(value: string | string[] | undefined): number | undefined {
  return value === '' ? DEFAULT_AWS_LIKE_SEED : whole('--aws-like', value, 0, Number.MAX_SAFE_INTEGER)
}

/** A whole number in low … high, or a fault that names option, value and limits. Undefined stays undefined. */
export function whole(
  option: string,
  value: string | string[] | undefined,
  low: number,
  high: number,
): number | undefined {
  if (value === undefined) return undefined
  if (Array.isArray(value)) {
    throw new InvalidInputError('An option cannot be meant:', [{ path: option, message: 'is given more than once' }])
  }
  const number = Number(value)
  if (/^-?\d+$/.test(value) && number >= low && number <= high) return number
  throw new InvalidInputError('An option cannot be meant:', [
    { path: option, message: `must be a whole number, ${low}-${high}, got "${value}"` },
  ])
}

/** An amount of 0 or more, decimals allowed, or a fault that names option and value. Undefined stays undefined. */
export function amount(option: string, value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)) return Number(value)
  throw new InvalidInputError('An option cannot be meant:', [
    { path: option, message: `must be one amount of 0 or more, got ${JSON.stringify(value)}` },
  ])
}
