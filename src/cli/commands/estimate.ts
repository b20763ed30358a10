import { availableParallelism } from 'node:os'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { DEFAULT_SLOTS, environmentOptions, hostOptions, scenarioOptions } from './options.ts'

export const command = 'estimate <scenario>'
export const describe = 'what a scenario would cost on AWS, from its plan; nothing is run or asked'

export function builder(argv: Argv) {
  return hostOptions(environmentOptions(scenarioOptions(argv)))
    .option('hosts', {
      choices: ['threads', 'container', 'lambda'] as const,
      default: 'threads' as const,
      describe: 'what does the jobs: threads of one’s own, Fargate, or Lambda',
    })
    .option('with-delays', { type: 'boolean', default: false, describe: 'as for run: every output is fetched' })
    .option('json', { type: 'boolean', default: false, describe: 'print the estimate as JSON' })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { estimateRun } = await import('../run/estimate-run.ts')
  const { prepareScenario } = await import('../run/prepare.ts')
  const { renderEstimate } = await import('../run/render-estimate.ts')
  const { resolveEnvironment } = await import('../../environment/resolve-environment.ts')
  const { readSettings } = await import('../../environment/settings.ts')
  const environment = resolveEnvironment(args.env, args, process.env, readSettings)
  const prepared = await prepareScenario(args.scenario, args)
  const estimate = estimateRun(prepared, environment, {
    ...args,
    host: args.hosts,
    workers: args.workers ?? availableParallelism(),
    slots: args.slots ?? DEFAULT_SLOTS,
  })
  const { scenario } = prepared
  const document = { scenario: scenario.name, seed: scenario.seed, environment: environment.name, ...estimate }
  process.stdout.write(
    args.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${scenario.name}, seed ${scenario.seed}, on ${environment.name}\n${renderEstimate(estimate)}`,
  )
}
