import type { Argv } from 'yargs'
import { DEFAULT_RESULTS_FOLDER } from './options.ts'

/** By which thresholds a bundle is judged: the same for every command that does so after the run. */
export function thresholdOptions<T>(argv: Argv<T>) {
  return argv
    .option('threshold', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "metric=expression, e.g. 'http_req_duration=p(95)<200'; may be repeated (default: the scenario’s own)",
    })
    .option('thresholds', {
      type: 'string',
      describe: 'file with thresholds as a scenario has them, YAML or JSON; or a scenario',
    })
    .option('results', {
      type: 'string',
      default: DEFAULT_RESULTS_FOLDER,
      describe: 'folder in which the bundles of baselines are',
    })
    .option('json', { type: 'boolean', default: false, describe: 'print the results document instead of the summary' })
}
