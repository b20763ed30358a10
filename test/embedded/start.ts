import type { TestContext } from 'node:test'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { type EmbeddedAws, type EmbeddedOptions, startEmbeddedAws } from '../../src/embedded/index.ts'

export { eventually } from './eventually.ts'
export { temporaryFolder } from './temporary-folder.ts'

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
