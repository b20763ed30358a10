import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager'
import { EnvironmentError } from '../errors.ts'
import { explainAwsError } from './explain-aws-error.ts'
import { secretPrefix } from './look-up.ts'
import { endpointFor, SERVICES, type ServiceName } from './resolve-environment.ts'
import { CONFIG_FILE, isProtected, readSettings, RULES } from './settings.ts'
import type { StartedEnvironment } from './start-environment.ts'

/** One thing that was resolved, what it is, and from where. `value` is safe to show. */
export interface Resolved {
  readonly name: string
  readonly value: string
  readonly source: string
}

export interface EnvironmentView {
  readonly name: string
  readonly kind: string
  readonly stage: string
  readonly facts: readonly Resolved[]
  /** Queues, buckets and the table. */
  readonly resources: readonly Resolved[]
  /** Targets and whatever else is looked up by name. */
  readonly settings: readonly Resolved[]
  /** What could not be asked. */
  readonly troubles: readonly string[]
}

/** Everything that a run there would use and where it comes from. Secrets are never in it. */
export async function showEnvironment(
  environment: StartedEnvironment,
  overrides: { readonly endpoint?: string; readonly region?: string },
  variables: NodeJS.ProcessEnv = process.env,
): Promise<EnvironmentView> {
  const { name, kind, stage, names } = environment
  const { found, troubles } = await settingsOf(environment, variables)
  return {
    name,
    kind,
    stage,
    facts: [
      regionFact(environment, overrides, variables),
      accountFact(environment, variables),
      ...SERVICES.map((service) => endpointFact(environment, service, overrides, variables)),
      ...rules(stage),
    ],
    resources: Object.entries(names).map(([role, value]) => ({ name: role, value, source: 'names by stage' })),
    settings: found,
    troubles,
  }
}

function regionFact(
  { region, stage }: StartedEnvironment,
  overrides: { region?: string },
  variables: NodeJS.ProcessEnv,
) {
  const variable = ['AWS_REGION', 'AWS_DEFAULT_REGION'].find((candidate) => variables[candidate] !== undefined)
  const source = overrides.region
    ? '--region'
    : (variable ?? (readSettings(stage).region === undefined ? 'default' : CONFIG_FILE))
  return { name: 'region', value: region, source: variable === source ? `environment variable ${source}` : source }
}

function accountFact({ account, kind }: StartedEnvironment, variables: NodeJS.ProcessEnv): Resolved {
  const asked = variables.AWS_ACCOUNT_ID ? 'environment variable AWS_ACCOUNT_ID' : 'STS, for the credentials in use'
  return { name: 'account', value: account, source: kind === 'aws' ? asked : 'the same on every machine' }
}

function endpointFact(
  environment: StartedEnvironment,
  service: ServiceName,
  overrides: { endpoint?: string },
  variables: NodeJS.ProcessEnv,
): Resolved {
  const name = `endpoint of ${service.replace('_', ' ')}`
  const value = endpointFor(environment, service)
  if (value === undefined) return { name, value: 'AWS’s own', source: 'the SDK' }
  const own = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
  const variable = [own, 'AWS_ENDPOINT_URL'].find((candidate) => variables[candidate])
  const given = environment.kind !== 'embedded' && variable !== undefined
  const source = overrides.endpoint ? '--endpoint' : given ? `environment variable ${variable}` : environment.kind
  return { name, value, source }
}

function rules(stage: string): Resolved[] {
  const settings = readSettings(stage)
  const always = isProtected(stage, settings) && settings.protected !== true
  const source = (isSet: boolean) => (isSet ? CONFIG_FILE : 'default')
  return [
    {
      name: 'protected',
      value: isProtected(stage, settings) ? 'yes' : 'no',
      source: always ? `${stage} always is` : source(settings.protected !== undefined),
    },
    {
      name: 'allowed targets',
      value: settings['allowed-targets']?.join(', ') ?? (isProtected(stage, settings) ? 'none' : 'any'),
      source: source(settings['allowed-targets'] !== undefined),
    },
    ...Object.entries(settings.caps ?? {}).map(([cap, value]) => ({
      name: `caps.${cap}`,
      value: String(value),
      source: CONFIG_FILE,
    })),
  ]
}

/** Every name that one of the three places knows, found as a run would find it. */
async function settingsOf(environment: StartedEnvironment, variables: NodeJS.ProcessEnv) {
  const { stage, lookUp } = environment
  const suffix = `_${stage.toUpperCase()}`
  const fromVariables = Object.keys(variables)
    .filter((variable) => /^[A-Z][A-Z0-9_]*_(URL|TOKEN|KEY|SECRET|PASSWORD)_[A-Z]+$/.test(variable))
    .filter((variable) => variable.endsWith(suffix))
    .map((variable) => variable.slice(0, -suffix.length).toLowerCase().replaceAll('_', '-'))
  const fromFile = Object.keys(readSettings(stage)).filter((name) => !RULES.includes(name))
  const { names: fromSecrets, troubles } = await secretNames(environment)
  const found: Resolved[] = []
  for (const name of [...new Set([...fromVariables, ...fromFile, ...fromSecrets])].sort()) {
    try {
      const { value, source } = await lookUp(name)
      found.push({ name, value: shown(name, value, source), source })
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error
      troubles.push(error.message) // a run that needs none of it is not kept from running
    }
  }
  return { found, troubles }
}

async function secretNames({ clients: { secrets }, stage }: StartedEnvironment) {
  const prefix = secretPrefix(stage)
  const names: string[] = []
  let NextToken: string | undefined
  try {
    do {
      const Filters = [{ Key: 'name' as const, Values: [prefix] }]
      const page = await secrets.send(new ListSecretsCommand({ Filters, NextToken }))
      for (const { Name = '' } of page.SecretList ?? [])
        if (Name.startsWith(prefix)) names.push(Name.slice(prefix.length))
      NextToken = page.NextToken
    } while (NextToken)
    return { names, troubles: [] as string[] }
  } catch (error) {
    // Runs need to read secrets, not to list them.
    return { names, troubles: [`secrets ${prefix}… cannot be listed: ${explainAwsError(error).text}`] }
  }
}

/** What is a secret by its place or its name is hidden; of a URL only what leads there is shown. */
function shown(name: string, value: string, source: string): string {
  const url = URL.parse(value)
  if (source.startsWith('secret ') || url === null || !/(^|-)url$/.test(name))
    return `hidden, ${value.length} characters`
  const hasMore = url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== ''
  return `${url.protocol}//${url.host}${url.pathname}${hasMore ? ' (user, password and query hidden)' : ''}`
}
