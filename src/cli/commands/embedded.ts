import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import type { EmbeddedAws, EmbeddedOptions, FaultPlan } from '../../embedded/index.ts'
import { EnvironmentError, InvalidInputError } from '../../errors.ts'
import { asChild } from '../launch.ts'
import { onSignals } from '../signals.ts'
import { credentialsOption } from './credentials-option.ts'
import { awsLikeSeed, DEFAULT_AWS_LIKE_SEED, DEFAULT_DATA_FOLDER, whole } from './options.ts'

export const command = 'embedded'
export const describe = 'run the embedded AWS alone, for AWS SDKs, the AWS CLI and boto3'

export function builder(argv: Argv) {
  return argv
    .option('port', {
      type: 'string',
      default: '4566',
      describe: 'port; 0: any free one',
      coerce: (value: string) => whole('--port', value, 0, 65_535)!,
    })
    .option('host', {
      type: 'string',
      default: '127.0.0.1',
      describe: 'address to listen on; other than loopback only with --verify-signatures',
    })
    .option('verify-signatures', {
      type: 'string',
      describe:
        'take only requests signed with the keys of this JSON file, [{ "accessKeyId", "secretAccessKey", "accountId"?, ' +
        '"sessionToken"? }], for its owner alone (chmod 600); without a file: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    })
    .option('data', {
      type: 'string',
      default: DEFAULT_DATA_FOLDER,
      describe: 'folder that survives a restart, and a kill -9',
    })
    .option('ephemeral', { type: 'boolean', default: false, describe: 'a temporary folder, removed at the end' })
    .option('in-memory', {
      type: 'boolean',
      default: false,
      describe: 'nothing on disk but bodies of objects above 16 KB; the quickest to start and to reset',
    })
    .option('sync', {
      choices: ['normal', 'full'] as const,
      default: 'normal' as const,
      describe: 'what an answer survives; normal: a kill -9, full: a power failure too, at a disk flush per write',
    })
    .option('faults', {
      type: 'string',
      describe: 'fault plan, JSON or YAML: what is to go wrong, how often and when; see docs/embedded.md',
    })
    .option('aws-like', {
      type: 'string',
      describe: `repeats, disorder, short receives, lagging counters, throttles as on AWS; a seed may follow (default ${DEFAULT_AWS_LIKE_SEED})`,
      coerce: awsLikeSeed,
    })
    .option('until-unused', { type: 'boolean', default: false, hidden: true })
    .example('$0 embedded', 'port 4566, data in .turnaround')
    .example('$0 embedded --port 0 --in-memory', 'for a test suite: any free port, nothing kept')
    .example(
      '$0 embedded --aws-like 7 --faults faults.yaml',
      'as unkind as AWS may be, and worse where the plan says so',
    )
}

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Args): Promise<void> {
  const { startEmbeddedAws } = await import('../../embedded/index.ts')
  const unused = new AbortController()
  const parentGone = new AbortController()
  const endIfUnused = () => {
    if (parentGone.signal.aborted && server.attachments === 0) unused.abort()
  }
  const options = await serverOptions(args)
  const stop = args.untilUnused ? unused.signal : onSignals({ say: (text) => process.stderr.write(`${text}\n`) })
  const server = await startEmbeddedAws({ ...options, onUnused: endIfUnused }).catch((cause: Error) => {
    process.send?.({ error: cause.message, code: (cause as { code?: string }).code ?? '' })
    throw new EnvironmentError(cause.message, { cause })
  })
  if (args.untilUnused) {
    const whenAlone = () => {
      parentGone.abort()
      endIfUnused()
    }
    asChild(whenAlone, () => unused.abort())
  } else {
    greet(server, args)
  }
  if (!stop.aborted) await new Promise<void>((ended) => stop.addEventListener('abort', () => ended(), { once: true }))
  await server.stop()
}

async function serverOptions(args: Args): Promise<EmbeddedOptions> {
  if (args.inMemory && (args.ephemeral || args.sync === 'full')) {
    throw new InvalidInputError('Options that contradict each other:', [
      { path: '--in-memory', message: 'keeps nothing; leave --ephemeral and --sync full out, or --in-memory' },
    ])
  }
  const credentials = args.verifySignatures === undefined ? undefined : await credentialsOption(args.verifySignatures)
  return {
    port: args.port,
    host: args.host,
    ...(credentials && { credentials }),
    ...(args.inMemory ? { inMemory: true } : args.ephemeral ? {} : { dataFolder: resolve(args.data) }),
    ...(args.sync === 'full' ? { sync: 'full' } : {}),
    ...(args.awsLike === undefined ? {} : { awsLike: args.awsLike }),
    ...(args.faults === undefined ? {} : { faults: await readFaultPlan(args.faults) }),
  }
}

/** Throws InvalidInputError, which names all that is wrong in it. */
async function readFaultPlan(path: string): Promise<FaultPlan> {
  const { FaultPlanError, parseFaultPlan } = await import('../../embedded/index.ts')
  const { parse } = await import('yaml')
  try {
    // JSON is YAML too.
    return parseFaultPlan(parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (error instanceof FaultPlanError)
      throw new InvalidInputError(`${path} cannot be meant:`, error.faults, { cause: error })
    throw new InvalidInputError(`${path} cannot be read: ${(error as Error).message}`, [], { cause: error })
  }
}

function greet(server: EmbeddedAws, args: Args): void {
  const where = args.inMemory ? 'nothing kept' : `data in ${server.dataFolder}`
  process.stdout.write(`embedded AWS on ${server.endpoint}, ${where}\n`)
  const said = [
    `what it holds and does, live: ${server.endpoint}/_turnaround/`,
    args.awsLike === undefined ? '' : `as unkind as AWS may be, with seed ${args.awsLike}`,
    args.faults === undefined ? '' : `things go wrong as ${args.faults} says`,
    args.verifySignatures === undefined
      ? `AWS_ENDPOINT_URL=${server.endpoint} AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=${server.region}`
      : `signatures are verified; AWS_ENDPOINT_URL=${server.endpoint} AWS_REGION=${server.region}`,
  ]
  process.stderr.write(
    said
      .filter((line) => line !== '')
      .map((line) => `${line}\n`)
      .join(''),
  )
}
