import type { Argv, ArgumentsCamelCase } from 'yargs'
import { scenarioOptions } from './options.ts'

export const command = 'validate <scenario>'
export const describe = 'check and plan a scenario without running it'

export function builder(argv: Argv) {
  return scenarioOptions(argv).option('json', {
    type: 'boolean',
    default: false,
    describe: 'print the scenario as resolved and the plan’s counts as JSON',
  })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { prepareScenario } = await import('../run/prepare.ts')
  const { scenario, graph, digest } = await prepareScenario(args.scenario, args)
  const kinds = Object.fromEntries(graph.countByKind)
  let longestChain = 0
  for (const height of graph.heights) longestChain = Math.max(longestChain, height)
  if (args.json) {
    const document = { ...scenario, scenario_digest: digest, jobs: graph.size, kinds, longest_chain: longestChain }
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    return
  }
  const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`)
  process.stdout.write(
    [
      `${scenario.name} is valid (${scenario.source})`,
      `  workload       ${scenario.workload}, seed ${scenario.seed}`,
      `  jobs           ${graph.size}: ${counts.join(', ')}`,
      `  longest chain  ${longestChain} jobs`,
      `  digest         ${digest}`,
      '',
    ].join('\n'),
  )
}
