import { PutObjectCommand } from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StartedEnvironment } from '../environment/start-environment.ts'
import { canonicalJson } from '../results/canonical-json.ts'

/** One attempt to do something in an environment that others share: allowed or refused, and on whose word. */
export interface AuditRecord {
  readonly at: string
  /** To run a scenario, to push a bundle, or to do jobs as a host. */
  readonly action: 'run' | 'push' | 'work'
  readonly decision: 'allowed' | 'refused'
  /** Why not; empty where it was allowed. */
  readonly refusals: readonly string[]
  readonly environment: string
  readonly account: string
  readonly region: string
  /** Null of a host: it does jobs of any run. */
  readonly run_id: string | null
  readonly scenario: string | null
  readonly scenario_digest: string | null
  /** How a person agreed, where one had to. */
  readonly confirmed: 'not needed' | 'at the terminal' | 'beforehand' | 'no'
  readonly confirmed_by: string | null
  readonly reason: string | null
  readonly who: { readonly user: string; readonly aws_identity: string | null; readonly github_actor: string | null }
  readonly from: { readonly host: string; readonly runner: string; readonly directory: string }
  readonly commit: string | null
  readonly version: string
  /** Of a run. */
  readonly estimate: { readonly jobs: number; readonly seconds: number; readonly dollars: number } | null
}

/** `audit/uat/2026/01/31/20260131T130205123Z-flights-small-9f3a77c2.json`: each attempt has its own. */
export function auditKey({ at, action, environment, scenario }: AuditRecord, draw: string): string {
  const [year, month, day] = at.slice(0, 10).split('-')
  const instant = at.replaceAll(/[-:.]/g, '')
  return `audit/${environment}/${year}/${month}/${day}/${instant}-${encodeURIComponent(scenario ?? action)}-${draw}.json`
}

/** Writes the record where nothing is overwritten; answers its URL. Rejects with what S3 says. */
export async function writeAuditRecord(environment: StartedEnvironment, record: AuditRecord): Promise<string> {
  const { clients, names, account } = environment
  const Key = auditKey(record, randomBytes(4).toString('hex'))
  await clients.s3.send(
    new PutObjectCommand({
      Bucket: names.results,
      Key,
      Body: canonicalJson(record as object as Parameters<typeof canonicalJson>[0]),
      ContentType: 'application/json',
      IfNoneMatch: '*',
      ExpectedBucketOwner: account,
    }),
  )
  return `s3://${names.results}/${Key}`
}

export const AUDIT_LOG = 'audit.ndjson'

/** The same on this disk, a line for each attempt made from here. */
export async function logAuditRecord(folder: string, record: AuditRecord): Promise<void> {
  await mkdir(folder, { recursive: true })
  await appendFile(join(folder, AUDIT_LOG), `${JSON.stringify(record)}\n`)
}
