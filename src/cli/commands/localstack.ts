import { fileURLToPath } from 'node:url'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { onSignals } from '../signals.ts'

export const command = 'localstack <action>'
export const describe = 'LocalStack in Docker Compose, for --env localstack: start it, stop it, see what it says'

const actions = ['up', 'down', 'logs'] as const
const composeFile = fileURLToPath(new URL('../../../compose.yaml', import.meta.url))

export function builder(argv: Argv) {
  return argv
    .positional('action', {
      choices: actions,
      demandOption: true,
      describe: 'up: start and wait until it is provisioned, print its endpoint; down: remove it and all it holds',
    })
    .option('follow', { type: 'boolean', default: false, describe: 'logs: go on until Ctrl-C' })
    .epilogue(
      'Variables: LOCALSTACK_TAG (default 4.14.0), LOCALSTACK_PORT (default 4566), LOCALSTACK_AUTH_TOKEN for newer tags (2026.03.0 and later).',
    )
}

type Arguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler({ action, follow }: Arguments): Promise<void> {
  const { composeDown, composeLogs, composeUp } = await import('../../environment/localstack-compose.ts')
  const options = {
    composeFile,
    variables: process.env,
    say: (text: string) => void process.stderr.write(text),
  }
  if (action === 'up') process.stdout.write(`${await composeUp(options)}\n`)
  if (action === 'down') await composeDown(options)
  if (action === 'logs') await composeLogs(options, follow, onSignals({ say: () => undefined }))
}
