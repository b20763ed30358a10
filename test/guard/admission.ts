import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import type { AdmissionMeans, AdmissionRequest } from '../../src/guard/admit-run.ts'
import { confirmations, type Confirmations } from '../../src/guard/confirmations.ts'
import { temporaryFolder } from '../environment/started.ts'

export const DIGEST = 'a'.repeat(64)

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

/** A run that nothing is wrong with, so that a test names only what it is about. */
export function requestIn(environment: StartedEnvironment, changes: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    environment,
    settings: {},
    runId: 'flights-1',
    scenario: 'flights',
    scenarioDigest: DIGEST,
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
  readonly confirmations: Confirmations
}

/** `typed`: what a person answers, question by question; without it there is no terminal. */
export async function meansOf(t: TestContext, typed?: readonly string[]): Promise<Means> {
  const folder = await temporaryFolder(t)
  const clock = movableClock()
  const said: string[] = []
  const answers = [...(typed ?? [])]
  return {
    clock,
    said,
    confirmations: confirmations(join(folder, 'confirmations'), clock),
    ask: typed && ((question) => (said.push(question), Promise.resolve(answers.shift() ?? ''))),
    logFolder: folder,
    say: (text) => void said.push(text),
  }
}
