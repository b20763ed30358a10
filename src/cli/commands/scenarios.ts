import type { Argv, ArgumentsCamelCase } from 'yargs'

export const command = 'scenarios'
export const describe = 'list the scenarios that can be run'

export function builder(argv: Argv) {
  return argv.option('json', { type: 'boolean', default: false, describe: 'print as JSON' })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { listScenarios } = await import('../../scenario/list-scenarios.ts')
  const listings = await listScenarios()
  if (args.json) {
    process.stdout.write(`${JSON.stringify(listings, null, 2)}\n`)
    return
  }
  const widest = Math.max(...listings.map(({ name }) => name.length))
  for (const listing of listings) {
    process.stdout.write(
      `${listing.name.padEnd(widest)}  ${listing.state === 'ready' ? listing.description : `cannot be run: ${listing.reason}`}\n`,
    )
  }
}
