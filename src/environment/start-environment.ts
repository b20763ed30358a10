import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Logger } from '@smithy/types'
import { systemClock } from '../clock.ts'
import { EnvironmentError } from '../errors.ts'
import { createLookUp } from './look-up.ts'
import { resourceNames, type ResourceNames } from './names.ts'
import type { Environment } from './resolve-environment.ts'
import { patientRetry } from './retry.ts'

export interface Clients {
  readonly sqs: SQSClient
  readonly s3: S3Client
  readonly dynamodb: DynamoDBClient
  readonly secrets: SecretsManagerClient
}

/** An environment with clients. Nothing else in `src/` makes an AWS client, reads `AWS_*` or knows an endpoint. */
export interface StartedEnvironment extends Environment {
  readonly account: string
  readonly clients: Clients
  readonly names: ResourceNames
  queueUrl(name: string): string
  /** URL of a system under test, e.g. `relay`: looked up once, see `look-up.ts`. Throws EnvironmentError. */
  target(name: string): Promise<string>
  stop(): Promise<void>
}

export interface StartOptions {
  /** Calls in flight at once that must not wait for a socket. */
  readonly concurrency?: number
  /** How long a call is retried before its error is thrown. */
  readonly patienceMs?: number
  /** Default: `config/environments.json` in the working directory. */
  readonly configFile?: string
}

const SOCKETS = 64
const PATIENCE_MS = 60_000
/** Long polls take 20 s; a call that has said nothing for this long is dead. */
const REQUEST_TIMEOUT_MS = 60_000
/** The embedded server and emulators take any; AWS takes the SDK's default chain. */
const LOCAL_CREDENTIALS = { accessKeyId: 'turnaround', secretAccessKey: 'turnaround' }

/** The clients are made once, keep-alive sized to the concurrency. Throws EnvironmentError where the account cannot be told. */
export async function startEnvironment(
  environment: Environment,
  { concurrency = SOCKETS, patienceMs = PATIENCE_MS, configFile = 'config/environments.json' }: StartOptions = {},
): Promise<StartedEnvironment> {
  if (environment.kind !== 'aws' && environment.endpoint === undefined) {
    throw new EnvironmentError(`${environment.name} has no endpoint: its server is not started`)
  }
  const ended = new AbortController()
  const configuration = {
    region: environment.region,
    ...(environment.endpoint !== undefined && { endpoint: environment.endpoint }),
    ...(environment.kind !== 'aws' && { credentials: LOCAL_CREDENTIALS }),
    retryStrategy: patientRetry(patienceMs, systemClock, ended.signal),
    // A logger without methods: the SDK's own silent one has every request and answer copied for it first.
    logger: {} as Logger,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      httpAgent: { keepAlive: true, maxSockets: concurrency },
      httpsAgent: { keepAlive: true, maxSockets: concurrency },
    },
  }
  const [{ SQSClient }, { S3Client }, { DynamoDBClient }, { SecretsManagerClient }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-secrets-manager'),
  ])
  const account = environment.account ?? (await accountOf(configuration))
  const clients = {
    sqs: new SQSClient({ ...configuration, useQueueUrlAsEndpoint: environment.kind === 'aws' }),
    s3: new S3Client({ ...configuration, forcePathStyle: environment.kind !== 'aws' }),
    dynamodb: new DynamoDBClient(configuration),
    secrets: new SecretsManagerClient(configuration),
  }
  const { stage } = environment
  const lookUp = createLookUp({ stage, secrets: clients.secrets, configFile, variables: process.env })
  const origin = environment.endpoint ?? `https://sqs.${environment.region}.amazonaws.com`
  return {
    ...environment,
    account,
    clients,
    names: resourceNames(stage, account),
    queueUrl: (name) => `${origin}/${account}/${name}`,
    target: async (name) => (await lookUp(`${name}-url`)).value,
    async stop() {
      ended.abort() // calls that are being retried give up
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

/** The data of a started environment, without its clients: what a thread or a child process can be given. */
export function environmentOf(started: StartedEnvironment): Environment {
  const { name, kind, stage, region, endpoint, account, capabilities } = started
  return { name, kind, stage, region, endpoint, account, capabilities }
}

async function accountOf(configuration: { region: string; endpoint?: string }): Promise<string> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const sts = new STSClient(configuration)
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Account!
  } catch (cause) {
    const why = (cause as Error).message
    throw new EnvironmentError(
      `The AWS account cannot be told: ${why}. Sign in (aws sso login, AWS_PROFILE=…), or set AWS_ACCOUNT_ID`,
      { cause },
    )
  } finally {
    sts.destroy()
  }
}
