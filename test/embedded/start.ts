import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { type EmbeddedAws, type EmbeddedOptions, startEmbeddedAws } from '../../src/embedded/index.ts'

/** A server for one test. A fault of the server's own fails the test. */
export async function start(t: TestContext, options: EmbeddedOptions = {}): Promise<EmbeddedAws> {
  const faults: unknown[] = []
  const aws = await startEmbeddedAws({ onError: (error) => faults.push(error), ...options })
  t.after(async () => {
    await aws.stop()
    if (faults.length > 0) throw faults[0]
  })
  return aws
}

export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** What every SDK client needs; one attempt, so that a failure is seen and not retried away. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  }
}

export function sqsClient(t: TestContext, endpoint: string): SQSClient {
  return destroyed(t, new SQSClient(clientConfig(endpoint)))
}

export function dynamoDbClient(t: TestContext, endpoint: string): DynamoDBClient {
  return destroyed(t, new DynamoDBClient(clientConfig(endpoint)))
}

export function secretsClient(t: TestContext, endpoint: string): SecretsManagerClient {
  return destroyed(t, new SecretsManagerClient(clientConfig(endpoint)))
}

function destroyed<C extends { destroy(): void }>(t: TestContext, client: C): C {
  t.after(() => client.destroy())
  return client
}

/** Tries every few milliseconds until it is so; fails after ten seconds. */
export async function eventually(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 10_000
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`did not come true in 10 s: ${what}`)
    await delay(5)
  }
}
