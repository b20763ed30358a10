import type { STSClientConfig } from '@aws-sdk/client-sts'
import type { Logger } from '@smithy/types'
import { systemClock } from '../clock.ts'
import { EnvironmentError } from '../errors.ts'
import { checkTarget, type TargetRules } from './allowed-target.ts'
import { explainAwsError } from './explain-aws-error.ts'
import { createLookUp, type LookUp } from './look-up.ts'
import { makeClients, type Clients } from './make-clients.ts'
import { resourceNames, type ResourceNames } from './names.ts'
import { quickSigner } from './quick-signer.ts'
import { endpointFor, isElsewhere, type Environment, type ServiceName } from './resolve-environment.ts'
import { patientRetry } from './retry.ts'
import { CONFIG_FILE } from './settings.ts'
import { targetRulesOf } from './target-rules.ts'

export type { Clients }

/** An environment with clients. Nothing else in `src/` makes an AWS client, reads `AWS_*` or knows an endpoint. */
export interface StartedEnvironment extends Environment {
  readonly account: string
  readonly clients: Clients
  readonly names: ResourceNames
  queueUrl(name: string): string
  /**
   * URL of a system under test, by its name, e.g. `relay` (see `look-up.ts`), or the URL itself. Throws EnvironmentError,
   * and RefusedError where `rules` do not allow it; default: those of the stage in `config/environments.json`.
   */
  target(name: string, rules?: TargetRules): Promise<string>
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
const CONNECTION_TIMEOUT_MS = 5_000
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
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS }, // of the SDK's own, for what ours leaves to it
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
  const callerIdentity = () =>
    identityOf({ ...at('sts'), retryStrategy: patientRetry(SIGN_IN_MS, systemClock, ended.signal) })
  const account = environment.account ?? (await callerIdentity()).account
  const isLocal = environment.kind !== 'aws'
  const clients = await makeClients({
    configuration: at,
    isPathStyle: isLocal || isElsewhere(endpointFor(environment, 's3')),
    connections: concurrency,
    isLocal,
  })
  const { stage } = environment
  const lookUp = createLookUp({ stage, secrets: clients.secrets, configFile, variables: process.env })
  const origin = endpointFor(environment, 'sqs') ?? `https://sqs.${environment.region}.amazonaws.com`
  return {
    ...environment,
    account,
    clients,
    names: resourceNames(stage, account),
    queueUrl: (name) => `${origin}/${account}/${name}`,
    async target(name, rules = targetRulesOf(stage, configFile)) {
      const value = URL.canParse(name) ? name : (await lookUp(`${name}-url`)).value
      checkTarget(value, rules)
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
  const { quicken } = await import('./quicken.ts')
  const sts = quicken(new STSClient(configuration), { connections: 1, isLocal: false })
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
