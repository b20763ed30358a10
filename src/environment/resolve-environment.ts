import { InvalidInputError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { composeEndpoint } from './localstack-compose.ts'

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
  /** For every service that has none of its own below; undefined on AWS, where the SDK knows. */
  readonly endpoint?: string
  /** From `AWS_ENDPOINT_URL_SQS` and the like: a run may have its parts in several places. */
  readonly endpoints?: Endpoints
  /** Twelve digits; absent until STS was asked. */
  readonly account?: string
  readonly capabilities: Capabilities
}

/** As the SDK's variables name them: `AWS_ENDPOINT_URL_SECRETS_MANAGER`. */
export const SERVICES = ['sqs', 's3', 'dynamodb', 'secrets_manager', 'sts'] as const
export type ServiceName = (typeof SERVICES)[number]
export type Endpoints = { readonly [Service in ServiceName]?: string }

/** Undefined: AWS's own. */
export function endpointFor({ endpoint, endpoints }: Environment, service: ServiceName): string | undefined {
  return endpoints?.[service] ?? endpoint
}

/** All there are, each once; empty on AWS itself. */
export function endpointsIn(environment: Environment): string[] {
  return [...new Set(SERVICES.flatMap((service) => endpointFor(environment, service) ?? []))]
}

/** Somewhere else than AWS: a VPC endpoint is AWS too. */
export function isElsewhere(endpoint: string | undefined): endpoint is string {
  return endpoint !== undefined && !/\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname)
}

export interface Capability {
  readonly supported: boolean
  /** Why not, for the user. */
  readonly why?: string
}

/** What an environment can do, as data: nobody asks for its name. */
export interface Capabilities {
  /** `turnaround provision` may create the queues, buckets and the table. */
  readonly provision: Capability
  /** So may a run, without being asked. */
  readonly provisionUnasked: Capability
  /** Result files can be hard-linked instead of downloaded. */
  readonly linkFiles: Capability
  /** The server can be told what is to go wrong. */
  readonly faults: Capability
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
const UNASKED: Capability = { supported: false, why: 'a stage has its resources before a run' }
const OTHER_DISK: Capability = { supported: false, why: 'the objects are not on this disk' }
const not = (why: string): Capability => ({ supported: false, why })
/** What AWS has and its emulators claim to have. */
const ALL_SERVICES = {
  faults: not('faults on purpose are for the embedded environment'),
  streams: YES,
  partiql: YES,
  eventSourceMappings: YES,
  stateMachines: YES,
}
const EMBEDDED_SERVICES = {
  faults: YES,
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
  capabilities: { ...ALL_SERVICES, provision: OWN_ACCOUNT, provisionUnasked: UNASKED, linkFiles: OTHER_DISK },
}))

/** A new environment is a row here. */
const environments: readonly Omit<Environment, 'region'>[] = [
  {
    name: 'embedded',
    kind: 'embedded',
    stage: 'local',
    account: LOCAL_ACCOUNT,
    capabilities: { ...EMBEDDED_SERVICES, provision: YES, provisionUnasked: YES, linkFiles: YES },
  },
  {
    name: 'localstack',
    kind: 'emulator',
    stage: 'local',
    account: LOCAL_ACCOUNT,
    capabilities: { ...ALL_SERVICES, provision: YES, provisionUnasked: YES, linkFiles: OTHER_DISK },
  },
  ...stages,
]

export const environmentNames: readonly string[] = environments.map(({ name }) => name)

export interface EnvironmentOverrides {
  readonly endpoint?: string
  readonly region?: string
}

/**
 * The standard AWS variables work everywhere: AWS_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SQS, AWS_ACCOUNT_ID; behind
 * them stands the region that `settingsOf` the stage says. Throws InvalidInputError for a name that does not exist and an
 * endpoint that is none.
 */
export function resolveEnvironment(
  name: string,
  overrides: EnvironmentOverrides = {},
  variables: NodeJS.ProcessEnv = process.env,
  settingsOf: (stage: string) => { readonly region?: string } = () => ({}),
): Environment {
  const found = environments.find((environment) => environment.name === name)
  if (!found) throw unknownEnvironment(name)
  const resolved = {
    ...found,
    ...endpointsOf(found, overrides, variables),
    region:
      overrides.region ??
      variables.AWS_REGION ??
      variables.AWS_DEFAULT_REGION ??
      settingsOf(found.stage).region ??
      'us-east-1',
    account: found.account ?? variables.AWS_ACCOUNT_ID,
  }
  return { ...resolved, capabilities: capabilitiesOf(resolved) }
}

/** The embedded server is our own and tells its port; an option stands above all variables. */
function endpointsOf(
  environment: Omit<Environment, 'region'>,
  { endpoint }: EnvironmentOverrides,
  variables: NodeJS.ProcessEnv,
): Pick<Environment, 'endpoint' | 'endpoints'> {
  if (endpoint !== undefined) return { endpoint: checkEndpoint(endpoint, '--endpoint') }
  if (environment.kind === 'embedded') return {}
  const given = (variable: string) => variables[variable] && checkEndpoint(variables[variable], variable)
  const own = SERVICES.map((service) => [service, given(`AWS_ENDPOINT_URL_${service.toUpperCase()}`)] as const)
  const endpoints: Endpoints = Object.fromEntries(own.filter(([, url]) => url))
  return {
    endpoint: given('AWS_ENDPOINT_URL') || (environment.kind === 'emulator' ? composeEndpoint(variables) : undefined),
    ...(Object.keys(endpoints).length > 0 && { endpoints }),
  }
}

/** What is made in an emulator that poses as a stage costs nothing and harms nobody. */
function capabilitiesOf(environment: Environment): Capabilities {
  const posing = (['sqs', 's3', 'dynamodb'] as const).every((service) => isElsewhere(endpointFor(environment, service)))
  return environment.kind === 'aws' && posing
    ? { ...environment.capabilities, provision: YES }
    : environment.capabilities
}

/** Without a trailing slash. Names what is wrong without repeating a password. */
function checkEndpoint(endpoint: string, path: string): string {
  const url = URL.parse(endpoint)
  const fault =
    url === null || !/^https?:$/.test(url.protocol)
      ? 'must be a URL that begins with http:// or https://'
      : url.username || url.password
        ? 'must not hold a user or password: AWS credentials come from the SDK’s default chain'
        : undefined
  if (fault === undefined) return endpoint.replace(/\/+$/, '')
  throw new InvalidInputError('The endpoint cannot be used:', [{ path, message: fault }])
}

function unknownEnvironment(name: string): InvalidInputError {
  return new InvalidInputError('The environment is not known:', [
    {
      path: '--env',
      message: `"${name}" is not one of ${environmentNames.join(', ')}${didYouMean(name, environmentNames)}`,
    },
  ])
}
