import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { InvalidInputError } from '../errors.ts'
import { canonicalJson } from '../results/canonical-json.ts'

/** A person's word that one scenario may run in one protected environment for some time. */
const confirmation = z.strictObject({
  environment: z.string().min(1),
  scenario: z.string().min(1),
  /** What is confirmed: scenario, settings, seed and generator version. Another value of any needs another word. */
  scenario_digest: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.string().min(1),
  by: z.string(),
  made_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
})

export type Confirmation = z.infer<typeof confirmation>

/** The file: what was confirmed, and a checksum over it. It guards against accidents, e.g. a pasted date, not against people. */
const confirmationFile = z.strictObject({ confirmation, checksum: z.string() })

export type Finding =
  | { readonly state: 'valid'; readonly confirmation: Confirmation }
  /** `why` ends the sentence "not confirmed: …". */
  | { readonly state: 'none'; readonly why: string }

export interface Confirmations {
  /** Answers the file. Replaces an earlier one for the same environment and scenario digest. */
  make(given: Omit<Confirmation, 'made_at' | 'expires_at'> & { readonly hours: number }): Promise<string>
  find(environment: string, scenario: string, digest: string): Promise<Finding>
  /** The latest first, expired ones too. Throws InvalidInputError for a file that was changed by hand. */
  list(): Promise<Confirmation[]>
}

/** Of the person, not of a project: `$XDG_CONFIG_HOME/turnaround/confirmations`. */
export function confirmationsFolder(variables: NodeJS.ProcessEnv = process.env): string {
  return join(variables.XDG_CONFIG_HOME || join(homedir(), '.config'), 'turnaround', 'confirmations')
}

export function confirmations(folder: string, clock: Clock): Confirmations {
  async function list(): Promise<Confirmation[]> {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const found = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => read(join(folder, name))),
    )
    return found.sort((a, b) => (a.made_at < b.made_at ? 1 : -1))
  }

  return {
    list,
    async make({ hours, ...given }) {
      const now = clock.now()
      const made: Confirmation = confirmation.parse({
        ...given,
        made_at: new Date(now).toISOString(),
        expires_at: new Date(now + hours * 3_600_000).toISOString(),
      })
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${given.environment}-${given.scenario_digest.slice(0, 16)}.json`)
      await writeFile(file, canonicalJson({ confirmation: made, checksum: checksumOf(made) }), { mode: 0o600 })
      return file
    },
    async find(environment, scenario, digest) {
      const there = (await list()).filter((one) => one.environment === environment)
      const found = there.find((one) => one.scenario_digest === digest)
      if (found && Date.parse(found.expires_at) > clock.now()) return { state: 'valid', confirmation: found }
      if (found) return { state: 'none', why: `the confirmation of ${found.by} expired at ${found.expires_at}` }
      const other = there.some((one) => one.scenario === scenario)
      const why = other
        ? `what was confirmed is ${scenario} with another seed, other settings or another version`
        : `nobody has confirmed ${scenario} for ${environment}`
      return { state: 'none', why }
    },
  }
}

async function read(file: string): Promise<Confirmation> {
  const parsed = confirmationFile.safeParse(parseJson(await readFile(file, 'utf8')))
  if (parsed.success && parsed.data.checksum === checksumOf(parsed.data.confirmation)) return parsed.data.confirmation
  throw new InvalidInputError(`${file} is damaged or was changed by hand; remove it, and confirm again`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // refused like any other damage
  }
}

function checksumOf(value: Confirmation): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
