import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { readFile } from 'node:fs/promises'
import { EnvironmentError, InvalidInputError } from '../errors.ts'

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
 * Each is looked up once. Throws EnvironmentError, which names the three places, where none has it, and InvalidInputError
 * for a config file that cannot be read. (Requirement 000, environment lookup.)
 */
export function createLookUp(options: LookUpOptions): LookUp {
  const { stage, secrets, configFile, variables } = options
  const known = new Map<string, Promise<Found>>()

  async function find(name: string): Promise<Found> {
    const variable = `${name}_${stage}`.toUpperCase().replaceAll('-', '_')
    const given = variables[variable]
    if (given) return { value: given, source: `environment variable ${variable}` }
    const configured = await readConfigured(configFile, stage, name)
    if (configured !== undefined) return { value: configured, source: configFile }
    const secret = `load-test/${stage}/${name}`
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
    return found
  }
}

async function readConfigured(configFile: string, stage: string, name: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(configFile, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const value = member(member(await parse(text, configFile), stage), name)
  if (value === undefined || typeof value === 'string') return value
  throw new InvalidInputError(`${configFile} cannot be used:`, [
    { path: `${stage}.${name}`, message: `must be a string, got ${JSON.stringify(value)}` },
  ])
}

/** The YAML parser in its JSON schema, because it tells line and column, which JSON.parse often does not. */
async function parse(text: string, configFile: string): Promise<unknown> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { schema: 'json' })
  if (document.errors.length === 0) return document.toJS()
  throw new InvalidInputError(`${configFile} is not JSON: ${document.errors[0].message}`)
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

async function readSecret(secrets: SecretsManagerClient, SecretId: string): Promise<string | undefined> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw new EnvironmentError(`The secret ${SecretId} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}
