import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { EnvironmentError } from '../errors.ts'
import { explainAwsError } from './explain-aws-error.ts'
import { readSettings, type StageSettings } from './settings.ts'

/** A setting of an environment and where it was found. */
export interface Found {
  readonly value: string
  /** For people, e.g. `environment variable RELAY_URL_UAT`. */
  readonly source: string
}

export interface LookUpOptions {
  /** `local`, `dev`, `uat`, `prod`. */
  readonly stage: string
  readonly secrets: SecretsManagerClient
  /** `config/environments.json`; need not exist. */
  readonly configFile: string
  readonly variables: NodeJS.ProcessEnv
}

export type LookUp = (name: string) => Promise<Found>

/**
 * Finds a setting by one name, e.g. `relay-url` of uat, in three places, first come first served: the environment
 * variable `RELAY_URL_UAT`; `{ "uat": { "relay-url": … } }` in the config file; the secret `load-test/uat/relay-url`.
 * What was found is kept. Throws EnvironmentError, which names the three places, where none has it, and InvalidInputError
 * for a config file that cannot be read. (Requirement 000, environment lookup.)
 */
export function createLookUp(options: LookUpOptions): LookUp {
  const { stage, secrets, configFile, variables } = options
  const known = new Map<string, Promise<Found>>()
  let read: StageSettings | undefined
  const settings = () => (read ??= readSettings(stage, configFile))

  async function find(name: string): Promise<Found> {
    const variable = variableOf(name, stage)
    const given = variables[variable]
    if (given) return { value: given, source: `environment variable ${variable}` }
    const configured: unknown = Object.hasOwn(settings(), name) ? Reflect.get(settings(), name) : undefined
    if (typeof configured === 'string') return { value: configured, source: configFile }
    const secret = `${secretPrefix(stage)}${name}`
    const kept = await readSecret(secrets, secret)
    if (kept !== undefined) return { value: kept, source: `secret ${secret}` }
    throw new EnvironmentError(
      `${name} of ${stage} is not known: set ${variable}, or "${stage}": { "${name}": … } in ${configFile}, or the secret ${secret}`,
    )
  }

  return (name) => {
    const before = known.get(name)
    if (before) return before
    const found = find(name)
    known.set(name, found)
    found.catch(() => known.delete(name)) // it may be there the next time
    return found
  }
}

/** `RELAY_URL_UAT` for `relay-url` of uat. */
export function variableOf(name: string, stage: string): string {
  return `${name}_${stage}`.toUpperCase().replaceAll('-', '_')
}

/** What the names of a stage's secrets begin with. */
export function secretPrefix(stage: string): string {
  return `load-test/${stage}/`
}

async function readSecret(secrets: SecretsManagerClient, SecretId: string): Promise<string | undefined> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    const { kind, text } = explainAwsError(error)
    const why = kind === 'denied' ? `${text}: allow secretsmanager:GetSecretValue` : text
    throw new EnvironmentError(`The secret ${SecretId} cannot be read: ${why}`, { cause: error })
  }
}
