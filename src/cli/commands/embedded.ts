import { resolve } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { EnvironmentError } from '../../errors.ts'
import { asChild } from '../launch.ts'
import { onSignals } from '../signals.ts'
import { DEFAULT_DATA_FOLDER, whole } from './options.ts'

export const command = 'embedded'
export const describe = 'run the embedded AWS alone, for AWS SDKs, the AWS CLI and boto3'

export function builder(argv: Argv) {
  return argv
    .option('port', {
      type: 'string',
      default: '4566',
      describe: 'port on 127.0.0.1; 0: any free one',
      coerce: (value: string) => whole('--port', value, 0, 65_535)!,
    })
    .option('data', {
      type: 'string',
      default: DEFAULT_DATA_FOLDER,
      describe: 'folder that survives a restart, and a kill -9',
    })
    .option('ephemeral', { type: 'boolean', default: false, describe: 'a temporary folder, removed at the end' })
    .option('until-unused', { type: 'boolean', default: false, hidden: true })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { startEmbeddedAws } = await import('../../embedded/index.ts')
  const unused = new AbortController()
  const parentGone = new AbortController()
  const endIfUnused = () => {
    if (parentGone.signal.aborted && server.attachments === 0) unused.abort()
  }
  const stop = args.untilUnused ? unused.signal : onSignals({ say: (text) => process.stderr.write(`${text}\n`) })
  const server = await startEmbeddedAws({
    port: args.port,
    ...(args.ephemeral ? {} : { dataFolder: resolve(args.data) }),
    onUnused: endIfUnused,
  }).catch((cause: Error) => {
    process.send?.({ error: cause.message, code: (cause as { code?: string }).code ?? '' })
    throw new EnvironmentError(cause.message, { cause })
  })
  if (args.untilUnused) {
    asChild(() => {
      parentGone.abort()
      endIfUnused()
    })
    process.on('SIGTERM', () => unused.abort())
  } else {
    process.stdout.write(`embedded AWS on ${server.endpoint}, data in ${server.dataFolder}\n`)
    process.stderr.write(
      `AWS_ENDPOINT_URL=${server.endpoint} AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1\n`,
    )
  }
  if (!stop.aborted) await new Promise<void>((ended) => stop.addEventListener('abort', () => ended(), { once: true }))
  await server.stop()
}
