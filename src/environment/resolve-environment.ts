import { InvalidInputError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'

/**
 * Where a run happens, as plain data: it travels to child processes and worker threads, which each start their own
 * clients from it. Nothing here is a secret; on AWS credentials come from the SDK's default chain.
 */
export interface Environment {
  readonly name: string
  readonly kind: 'embedded' | 'emulator' | 'aws'
  /** The `{env}` in resource names: `local` for the first two kinds. */
  readonly stage: string
  readonly region: string
  /** One endpoint for every service; absent on AWS, where the SDK knows (and honours `AWS_ENDPOINT_URL…`). */
  readonly endpoint?: string
  /** Twelve digits; absent until STS was asked. */
  readonly account?: string
  readonly capabilities: Capabilities
}

export interface Capability {
  readonly supported: boolean
  /** Why not, for the user. */
  readonly why?: string
}

/** What an environment can do, as data: nobody asks for its name. */
export interface Capabilities {
  /** A run may create the queues, buckets and the table itself. */
  readonly provision: Capability
  /** Result files can be hard-linked instead of downloaded. */
  readonly linkFiles: Capability
  /** DynamoDB streams. */
  readonly streams: Capability
  /** DynamoDB's SQL. */
  readonly partiql: Capability
  /** Lambda functions that are called with a queue's messages. */
  readonly eventSourceMappings: Capability
  /** Step Functions. */
  readonly stateMachines: Capability
}

const YES: Capability = { supported: true }
const OWN_ACCOUNT: Capability = { supported: false, why: 'resources on AWS are made by a deployment, never by a run' }
const OTHER_DISK: Capability = { supported: false, why: 'the objects are not on this disk' }
const not = (why: string): Capability => ({ supported: false, why })
/** What AWS has and its emulators claim to have. */
const ALL_SERVICES = { streams: YES, partiql: YES, eventSourceMappings: YES, stateMachines: YES }
const EMBEDDED_SERVICES = {
  streams: not('the embedded DynamoDB has no streams'),
  partiql: not('the embedded DynamoDB does not speak PartiQL'),
  eventSourceMappings: not('the embedded AWS has no Lambda yet'),
  stateMachines: not('the embedded AWS has no Step Functions yet'),
}

const LOCAL_ACCOUNT = '000000000000'
const stages = ['dev', 'uat', 'prod'].map((name) => ({
  name,
  kind: 'aws' as const,
  stage: name,
  capabilities: { ...ALL_SERVICES, provision: OWN_ACCOUNT, linkFiles: OTHER_DISK },
}))

/** A new environment is a row here. */
const environments: readonly Omit<Environment, 'region'>[] = [
  {
    name: 'embedded',
    kind: 'embedded',
    stage: 'local',
    account: LOCAL_ACCOUNT,
    capabilities: { ...EMBEDDED_SERVICES, provision: YES, linkFiles: YES },
  },
  {
    name: 'localstack',
    kind: 'emulator',
    stage: 'local',
    account: LOCAL_ACCOUNT,
    endpoint: 'http://127.0.0.1:4566',
    capabilities: { ...ALL_SERVICES, provision: YES, linkFiles: OTHER_DISK },
  },
  ...stages,
]

export const environmentNames: readonly string[] = environments.map(({ name }) => name)

export interface EnvironmentOverrides {
  readonly endpoint?: string
  readonly region?: string
}

/**
 * The standard AWS variables work everywhere: AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCOUNT_ID. Throws InvalidInputError for
 * a name that does not exist.
 */
export function resolveEnvironment(
  name: string,
  overrides: EnvironmentOverrides = {},
  variables: NodeJS.ProcessEnv = process.env,
): Environment {
  const found = environments.find((environment) => environment.name === name)
  if (!found) throw unknownEnvironment(name)
  return {
    ...found,
    region: overrides.region ?? variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION ?? 'us-east-1',
    endpoint: overrides.endpoint ?? endpointOf(found, variables),
    account: found.account ?? variables.AWS_ACCOUNT_ID,
  }
}

/** The embedded server is our own and tells its port; on AWS the SDK reads the variables itself, service by service. */
function endpointOf(environment: Omit<Environment, 'region'>, variables: NodeJS.ProcessEnv): string | undefined {
  return environment.kind === 'emulator' ? (variables.AWS_ENDPOINT_URL ?? environment.endpoint) : undefined
}

function unknownEnvironment(name: string): InvalidInputError {
  return new InvalidInputError('The environment is not known:', [
    {
      path: '--env',
      message: `"${name}" is not one of ${environmentNames.join(', ')}${didYouMean(name, environmentNames)}`,
    },
  ])
}
