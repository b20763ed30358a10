import { shellWord } from '../../report/shell-word.ts'
import { DEFAULT_DATA_FOLDER, DEFAULT_RESULTS_FOLDER } from '../commands/options.ts'

/** Options of a command by the names of `--help`, as yargs hands them over. */
export interface GivenOptions {
  readonly [option: string]: unknown
}

/** Where a run is, what it is and how it is made; only its display is everybody's own. */
const OF_A_RUN = [
  ...['env', 'endpoint', 'region', 'data', 'results', 'seed', 'messages', 'set', 'hosts', 'workers', 'slots'],
  'slots-timeout',
  ...['log-level', 'upload', 'with-delays', 'ephemeral', 'aws-like', 'max-cost', 'reason'],
]

const DEFAULTS: GivenOptions = {
  env: 'embedded',
  data: DEFAULT_DATA_FOLDER,
  results: DEFAULT_RESULTS_FOLDER,
  hosts: 'threads',
  upload: 'bucket',
}

/** `npx turnaround run …` with all that was given; `change` replaces options or adds some, as with a run id or a seed. */
export function runAgain(scenario: string, given: GivenOptions, change: GivenOptions = {}): string {
  const options = { ...pick(given, OF_A_RUN), ...change }
  return ['npx turnaround run', shellWord(scenario), ...optionWords(options)].join(' ')
}

/** The same of another command. */
export function commandAgain(command: string, given: GivenOptions, options: readonly string[]): string {
  return [`npx turnaround ${command}`, ...optionWords(pick(given, options))].join(' ')
}

function pick(given: GivenOptions, options: readonly string[]): GivenOptions {
  return Object.fromEntries(options.map((option) => [option, given[option]]))
}

/** What is not given, or what stands without it anyway, is left out. */
function optionWords(options: GivenOptions): string[] {
  return Object.entries(options).flatMap(([option, value]) => {
    if (value === undefined || value === false || value === DEFAULTS[option]) return []
    if (value === true) return [`--${option}`]
    return [value].flat().map((one) => `--${option} ${shellWord(String(one as string | number))}`)
  })
}
