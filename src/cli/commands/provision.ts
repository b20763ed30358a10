import type { Argv, ArgumentsCamelCase } from 'yargs'
import { environmentOptions } from './options.ts'

export const command = 'provision'
export const describe = 'create the queues, buckets and the table of an environment'

export function builder(argv: Argv) {
  return environmentOptions(argv).option('json', {
    type: 'boolean',
    default: false,
    describe: 'print the names as JSON',
  })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { provision } = await import('../../environment/provision.ts')
  const { openEnvironment } = await import('../run/open-environment.ts')
  const opened = await openEnvironment(args)
  try {
    const names = await provision(opened.environment)
    process.stdout.write(args.json ? `${JSON.stringify(names, null, 2)}\n` : `${names.join('\n')}\n`)
  } finally {
    await opened.close()
  }
}
