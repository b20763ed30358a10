import type { Argv, ArgumentsCamelCase } from 'yargs'
import { environmentOptions } from './options.ts'

export const command = 'provision'
export const describe = 'create the queues, buckets and the table of an environment'

export function builder(argv: Argv) {
  return environmentOptions(argv)
    .option('json', { type: 'boolean', default: false, describe: 'print the names as JSON' })
    .option('print', {
      type: 'boolean',
      default: false,
      describe: 'only print the AWS calls that create them, as JSON; nothing is created',
    })
    .option('template', {
      type: 'boolean',
      default: false,
      describe: 'only print a CloudFormation template of them, as JSON, for make deploy; needs no credentials',
    })
}

type Arguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Arguments): Promise<void> {
  if (args.print) return print(args)
  if (args.template) return printTemplate(args)
  const { provision } = await import('../../environment/provision.ts')
  const { inEnvironment } = await import('../run/open-environment.ts')
  const names = await inEnvironment(args, ({ environment }) => provision(environment))
  process.stdout.write(args.json ? `${JSON.stringify(names, null, 2)}\n` : `${names.join('\n')}\n`)
}

async function print(args: Arguments): Promise<void> {
  const { resolveEnvironment } = await import('../../environment/resolve-environment.ts')
  const { resourceDocument } = await import('../../environment/resource-document.ts')
  const { readSettings } = await import('../../environment/settings.ts')
  const environment = resolveEnvironment(args.env, args, process.env, readSettings)
  process.stdout.write(`${JSON.stringify(resourceDocument(environment), null, 2)}\n`)
}

async function printTemplate(args: Arguments): Promise<void> {
  const { resolveEnvironment } = await import('../../environment/resolve-environment.ts')
  const { cloudFormationTemplate } = await import('../../environment/cloudformation-template.ts')
  const template = cloudFormationTemplate(resolveEnvironment(args.env, args).stage)
  process.stdout.write(`${JSON.stringify(template, null, 2)}\n`)
}
