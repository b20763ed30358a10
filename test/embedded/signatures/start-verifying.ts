import type { TestContext } from 'node:test'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { STSClient } from '@aws-sdk/client-sts'
import type { AccessKey, EmbeddedAws, EmbeddedOptions } from '../../../src/embedded/index.ts'
import { start } from '../start.ts'
import { key } from './sign.ts'

export interface Clients {
  readonly sqs: SQSClient
  readonly s3: S3Client
  readonly dynamodb: DynamoDBClient
  readonly secrets: SecretsManagerClient
  readonly sts: STSClient
}

export interface VerifyingAws extends EmbeddedAws {
  /** Of the SDK, with the right key unless others are given; one attempt unless more are. */
  clients(credentials?: AccessKey, maxAttempts?: number): Clients
}

/** A server that takes what is signed with `key` alone. */
export async function startVerifying(t: TestContext, options: EmbeddedOptions = {}): Promise<VerifyingAws> {
  const aws = await start(t, { inMemory: true, credentials: [key], ...options })
  return Object.assign(aws, {
    clients(credentials: AccessKey = key, maxAttempts = 1): Clients {
      const config = { ...aws.clientConfig(), credentials, maxAttempts }
      const clients = {
        sqs: new SQSClient(config),
        s3: new S3Client(config),
        dynamodb: new DynamoDBClient(config),
        secrets: new SecretsManagerClient(config),
        sts: new STSClient(config),
      }
      t.after(() => Object.values(clients).forEach((client) => client.destroy()))
      return clients
    },
  })
}
