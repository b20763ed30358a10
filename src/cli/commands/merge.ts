import type { Argv, ArgumentsCamelCase } from 'yargs'
import { thresholdOptions } from './threshold-options.ts'

export const command = 'merge <bundles..>'
export const describe = 'make one bundle of several traffic runs: figures are added, percentiles never averaged'

export function builder(argv: Argv) {
  return thresholdOptions(argv)
    .positional('bundles', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'two or more, of one scenario: from several machines, or repeated runs',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      demandOption: true,
      describe: 'folder of the merged bundle; must not exist, or be empty',
    })
    .option('sequential', {
      type: 'boolean',
      default: false,
      describe: 'one after the other, as they began; otherwise as if all had begun together',
    })
    .option('force', {
      type: 'boolean',
      default: false,
      describe: 'other scenarios, models and executors too: what the figures then mean is up to you',
    })
    .example('$0 merge results/a results/b -o results/both', 'two machines that made load together')
    .epilogue('The order of the bundles does not matter. Merged bundles can be merged again, to the same figures.')
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { mergeInto } = await import('../report/merge-into.ts')
  const { printRun } = await import('../print-run.ts')
  printRun(await mergeInto(args), { bundle: args.output, reports: args.output, json: args.json })
}
