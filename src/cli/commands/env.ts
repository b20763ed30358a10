import type { Argv, ArgumentsCamelCase } from 'yargs'
import type { EnvironmentView, Resolved } from '../../environment/show-environment.ts'
import { environmentOptions } from './options.ts'

export const command = 'env <action> <name>'
export const describe = 'what a run in an environment would use, and where each of it comes from; secrets hidden'

export function builder(argv: Argv) {
  return environmentOptions(argv)
    .positional('action', {
      choices: ['show', 'region'] as const,
      demandOption: true,
      describe: 'region: that alone, without asking anybody; for scripts',
    })
    .positional('name', { type: 'string', demandOption: true, describe: 'embedded, localstack, dev, uat, prod' })
    .option('json', { type: 'boolean', default: false, describe: 'print it as JSON' })
    .hide('env')
}

type Arguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Arguments): Promise<void> {
  if (args.action === 'region') return printRegion(args)
  const { inEnvironment } = await import('../run/open-environment.ts')
  const { showEnvironment } = await import('../../environment/show-environment.ts')
  const view = await inEnvironment({ ...args, env: args.name }, ({ environment }) => showEnvironment(environment, args))
  process.stdout.write(args.json ? `${JSON.stringify(view, null, 2)}\n` : render(view))
  for (const trouble of view.troubles) process.stderr.write(`${trouble}\n`)
}

async function printRegion(args: Arguments): Promise<void> {
  const { resolveEnvironment } = await import('../../environment/resolve-environment.ts')
  const { readSettings } = await import('../../environment/settings.ts')
  process.stdout.write(`${resolveEnvironment(args.name, args, process.env, readSettings).region}\n`)
}

function render({ name, kind, stage, facts, resources, settings }: EnvironmentView): string {
  const width = Math.max(...[...facts, ...resources, ...settings].map((one) => one.name.length))
  const line = (one: Resolved) => `  ${one.name.padEnd(width)}  ${one.value}  (${one.source})`
  return [
    `${name}: kind ${kind}, stage ${stage}`,
    ...facts.map(line),
    '',
    'resources',
    ...resources.map((one) => `  ${one.name.padEnd(width)}  ${one.value}`),
    '',
    settings.length === 0 ? 'no targets or secrets are set' : 'targets and secrets',
    ...settings.map(line),
    '',
  ].join('\n')
}
