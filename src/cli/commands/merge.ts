import { join, relative } from 'node:path'
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
  const { renderRun } = await import('../run/render-run.ts')
  const { REPORT_KEY } = await import('../../results/layout.ts')
  const { results, traffic, notes } = await mergeInto(args)
  for (const note of notes) process.stderr.write(`${note}\n`)
  const here = (path: string) => relative(process.cwd(), path) || '.'
  process.exitCode = results.exit_code
  process.stdout.write(
    args.json
      ? `${JSON.stringify(results, null, 2)}\n`
      : renderRun(results, traffic, {
          paths: { bundle: here(args.output), report: here(join(args.output, REPORT_KEY)) },
          next: [],
          color: process.stdout.isTTY && !process.env.NO_COLOR,
          width: process.stdout.columns || 100,
        }),
  )
}
