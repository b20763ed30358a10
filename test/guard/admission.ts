import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import type { AdmissionMeans } from '../../src/guard/admit-attempt.ts'
import type { AdmissionRequest } from '../../src/guard/admit-run.ts'
import type { AuditRecord } from '../../src/guard/audit.ts'
import { confirmations, type Confirmations } from '../../src/guard/confirmations.ts'
import { temporaryFolder } from '../environment/started.ts'

export const DIGEST = 'a'.repeat(64)

/** What is asked for where a test does not say. */
export const RUN = { runId: 'flights-1', scenario: 'flights', scenarioDigest: DIGEST }

export const givenConfirmation = {
  environment: 'prod',
  scenario: 'flights',
  scenario_digest: DIGEST,
  reason: 'release 4.2',
  by: 'ada',
}

/** Stands still until it is moved. */
export function movableClock(startMs = Date.UTC(2026, 0, 31, 13)): Clock & { advance(ms: number): void } {
  let nowMs = startMs
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
    advance: (ms) => void (nowMs += ms),
  }
}

/** The audit records in the bucket, the earliest first. */
export async function recordsIn({ clients: { s3 }, names }: StartedEnvironment): Promise<AuditRecord[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: names.results, Prefix: 'audit/' }))
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: names.results, Key }))
      return JSON.parse(await Body!.transformToString()) as AuditRecord
    }),
  )
}

export const accessDenied =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'

/** A run that nothing is wrong with, so that a test names only what it is about. */
export function requestIn(environment: StartedEnvironment, changes: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    environment,
    settings: {},
    run: RUN,
    asked: { jobs: 130, seconds: 10, dollars: 0.02, demands: {} },
    maxDollars: undefined,
    reason: undefined,
    who: { user: 'ada', aws_identity: 'arn:aws:iam::123456789012:user/ada', github_actor: null },
    from: { host: 'laptop', runner: 'local', directory: '/home/ada' },
    commit: 'c0ffee',
    version: '0.1.0',
    ...changes,
  }
}

export interface Means extends AdmissionMeans {
  readonly said: string[]
  readonly kept: AuditRecord[]
  readonly confirmations: Confirmations
}

/** `typed`: what a person answers, question by question; without it there is no terminal. */
export async function meansOf(t: TestContext, typed?: readonly string[]): Promise<Means> {
  const folder = await temporaryFolder(t)
  const clock = movableClock()
  const said: string[] = []
  const kept: AuditRecord[] = []
  const answers = [...(typed ?? [])]
  return {
    clock,
    said,
    kept,
    confirmations: confirmations(join(folder, 'confirmations'), clock),
    ask: typed && ((question) => (said.push(question), Promise.resolve(answers.shift() ?? ''))),
    keep: async (record) => void kept.push(record),
    say: (text) => void said.push(text),
  }
}
