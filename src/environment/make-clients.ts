import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import type { SecretsManagerClient, SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager'
import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs'
import type { QuickenOptions } from './quicken.ts'
import type { ServiceName } from './resolve-environment.ts'

export interface Clients {
  readonly sqs: SQSClient
  /** For calls that can be aborted, long polls: one call with options makes the SDK drop what a client has cached. */
  readonly polls: SQSClient
  readonly s3: S3Client
  readonly dynamodb: DynamoDBClient
  readonly secrets: SecretsManagerClient
}

/** What the four services' configurations share. */
export type ClientConfig = SQSClientConfig & S3ClientConfig & DynamoDBClientConfig & SecretsManagerClientConfig

export interface ClientsOptions extends QuickenOptions {
  readonly configuration: (service: ServiceName) => ClientConfig
  /** Buckets stand in the path of a URL, not in its host. */
  readonly isPathStyle: boolean
}

/** The code behind the clients: most commands need none of it, and who will soon may load it ahead. */
export function loadClients() {
  return Promise.all([
    import('./quicken.ts'),
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-secrets-manager'),
  ])
}

/** The SDK's clients, made in this one place and made cheap to call, see `quicken`. Destroy each at the end. */
export async function makeClients({ configuration, isPathStyle, ...options }: ClientsOptions): Promise<Clients> {
  const [{ quicken }, { SQSClient }, { S3Client }, { DynamoDBClient }, { SecretsManagerClient }] = await loadClients()
  // Not S3's: a bucket may be part of the endpoint, which a call under way must not read from another's context.
  const cacheMiddleware = true
  // A queue's URL names the queue; where its server is, the client knows.
  const sqs = () =>
    quicken(new SQSClient({ ...configuration('sqs'), cacheMiddleware, useQueueUrlAsEndpoint: false }), options)
  return {
    sqs: sqs(),
    polls: sqs(),
    s3: quicken(new S3Client({ ...configuration('s3'), forcePathStyle: isPathStyle }), options),
    dynamodb: quicken(new DynamoDBClient({ ...configuration('dynamodb'), cacheMiddleware }), options),
    secrets: quicken(new SecretsManagerClient({ ...configuration('secrets_manager'), cacheMiddleware }), options),
  }
}
