import type { Argv, ArgumentsCamelCase } from 'yargs'
import { thresholdOptions } from './threshold-options.ts'

export const command = 'report <folder>'
export const describe = 'make the reports of a finished run once more, by other thresholds too; needs only its bundle'

export function builder(argv: Argv) {
  return thresholdOptions(argv)
    .positional('folder', { type: 'string', demandOption: true, describe: 'the bundle, e.g. results/flights-…' })
    .option('output', {
      alias: 'o',
      type: 'string',
      describe: 'folder for report.html, junit.xml, summary.md and k6-summary.json (default: the bundle)',
    })
    .example(`$0 report results/mine --threshold 'http_req_failed=rate<0.01'`, 'judge a run that is over')
    .epilogue('Ends with the exit code that the run would have ended with. Only the reports are written.')
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { reportBundle } = await import('../report/report-bundle.ts')
  const { printRun } = await import('../print-run.ts')
  const made = await reportBundle(args)
  printRun(made, { bundle: args.folder, reports: made.folder, json: args.json })
}
