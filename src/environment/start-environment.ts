import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { STSClientConfig } from '@aws-sdk/client-sts'
import type { Logger } from '@smithy/types'
import { systemClock } from '../clock.ts'
import { EnvironmentError } from '../errors.ts'
import { checkTarget } from './allowed-target.ts'
import { explainAwsError } from './explain-aws-error.ts'
import { createLookUp, type LookUp } from './look-up.ts'
import { quickSigner } from './quick-signer.ts'
import { resourceNames, type ResourceNames } from './names.ts'
import { endpointFor, isElsewhere, type Environment, type ServiceName } from './resolve-environment.ts'
import { patientRetry } from './retry.ts'
import { CONFIG_FILE, isProtected, readSettings } from './settings.ts'

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
  /**
   * URL of a system under test, e.g. `relay`: looked up once, see `look-up.ts`. Throws EnvironmentError, and RefusedError
   * where the stage does not allow it.
   */
  target(name: string): Promise<string>
  /** Any other setting or secret, e.g. `relay-url`, and where it was found. */
  readonly lookUp: LookUp
  /** Whom the credentials stand for; asks STS. Throws EnvironmentError. */
  callerIdentity(): Promise<CallerIdentity>
  stop(): Promise<void>
}

export interface CallerIdentity {
  /** Twelve digits. */
  readonly account: string
  readonly arn: string
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
/** Nothing has begun yet: better to say what is wrong than to wait. */
const SIGN_IN_MS = 2_000
/** Long polls take 20 s; a call that has said nothing for this long is dead. */
const REQUEST_TIMEOUT_MS = 60_000
/**
 * Without `info` and `error`: for the SDK's own silent logger every request and answer is copied first. The credential
 * chain calls the other two.
 */
const SILENT = { debug: () => undefined, warn: () => undefined } as unknown as Logger
/** The embedded server and emulators take any; AWS takes the SDK's default chain. */
const LOCAL_CREDENTIALS = { accessKeyId: 'turnaround', secretAccessKey: 'turnaround' }

/** The clients are made once, keep-alive sized to the concurrency. Throws EnvironmentError where the account cannot be told. */
export async function startEnvironment(
  environment: Environment,
  { concurrency = SOCKETS, patienceMs = PATIENCE_MS, configFile = CONFIG_FILE }: StartOptions = {},
): Promise<StartedEnvironment> {
  if (environment.kind !== 'aws' && environment.endpoint === undefined) {
    throw new EnvironmentError(`${environment.name} has no endpoint: its server is not started`)
  }
  const ended = new AbortController()
  const configuration = {
    region: environment.region,
    ...(environment.kind !== 'aws' && { credentials: LOCAL_CREDENTIALS }),
    retryStrategy: patientRetry(patienceMs, systemClock, ended.signal),
    logger: SILENT,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      httpAgent: { keepAlive: true, maxSockets: concurrency },
      httpsAgent: { keepAlive: true, maxSockets: concurrency },
    },
  }
  const at = (service: ServiceName) => {
    const endpoint = endpointFor(environment, service)
    const scope = { region: environment.region, service: service.replace('_', '') }
    return {
      ...configuration,
      ...(endpoint !== undefined && { endpoint }),
      ...(environment.kind !== 'aws' && { signer: quickSigner(LOCAL_CREDENTIALS, scope) }),
    }
  }
  const [{ SQSClient }, { S3Client }, { DynamoDBClient }, { SecretsManagerClient }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-secrets-manager'),
  ])
  const callerIdentity = () =>
    identityOf({ ...at('sts'), retryStrategy: patientRetry(SIGN_IN_MS, systemClock, ended.signal) })
  const account = environment.account ?? (await callerIdentity()).account
  const isPath = isElsewhere(endpointFor(environment, 's3'))
  const clients = {
    // A queue's URL names the queue; where its server is, the client knows.
    sqs: new SQSClient({ ...at('sqs'), useQueueUrlAsEndpoint: false }),
    s3: new S3Client({ ...at('s3'), forcePathStyle: environment.kind !== 'aws' || isPath }),
    dynamodb: new DynamoDBClient(at('dynamodb')),
    secrets: new SecretsManagerClient(at('secrets_manager')),
  }
  const { stage } = environment
  const lookUp = createLookUp({ stage, secrets: clients.secrets, configFile, variables: process.env })
  const origin = endpointFor(environment, 'sqs') ?? `https://sqs.${environment.region}.amazonaws.com`
  return {
    ...environment,
    account,
    clients,
    names: resourceNames(stage, account),
    queueUrl: (name) => `${origin}/${account}/${name}`,
    async target(name) {
      const { value } = await lookUp(`${name}-url`)
      const settings = readSettings(stage, configFile)
      checkTarget(value, {
        name: stage,
        isProtected: isProtected(stage, settings),
        allowed: settings['allowed-targets'],
      })
      return value
    },
    lookUp,
    callerIdentity,
    async stop() {
      ended.abort() // calls that are being retried give up
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

/** The data of a started environment, without its clients: what a thread or a child process can be given. */
export function environmentOf(started: StartedEnvironment): Environment {
  const { name, kind, stage, region, endpoint, endpoints, account, capabilities } = started
  return { name, kind, stage, region, endpoint, endpoints, account, capabilities }
}

async function identityOf(configuration: STSClientConfig): Promise<CallerIdentity> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
  const sts = new STSClient(configuration)
  try {
    const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}))
    return { account: Account, arn: Arn }
  } catch (cause) {
    const { kind, text } = explainAwsError(cause)
    const where = kind === 'unreachable' || kind === 'other' ? ' (STS, asked for the account)' : ''
    throw new EnvironmentError(`Not signed in to AWS: ${text}${where}`, { cause })
  } finally {
    sts.destroy()
  }
}
