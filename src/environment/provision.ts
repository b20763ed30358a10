import {
  CreateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type CreateBucketCommandInput,
  type PutBucketLifecycleConfigurationCommandInput,
  type PutBucketVersioningCommandInput,
  type PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  SetQueueAttributesCommand,
  type CreateQueueCommandInput,
  type SetQueueAttributesCommandInput,
} from '@aws-sdk/client-sqs'
import { RefusedError } from '../errors.ts'
import { resourceCalls, type ResourceCall, type ResourceOperation } from './resource-calls.ts'
import type { Clients, StartedEnvironment } from './start-environment.ts'

const TABLE_WAIT_SECONDS = 60

/**
 * Creates what a run needs, from the one definition in `resource-calls.ts`; what exists already stays. Refuses where
 * resources are made by a deployment (RefusedError, which says why). Answers the names, for the user.
 */
export async function provision(environment: StartedEnvironment): Promise<string[]> {
  const { supported, why } = environment.capabilities.provision
  if (!supported) {
    throw new RefusedError(
      `${environment.name} is not provisioned by turnaround: ${why}. Deploy it: make deploy ENV=${environment.name}`,
    )
  }
  for (const call of resourceCalls(environment)) await make(environment.clients, call)
  return Object.values(environment.names)
}

/** What every command does before it uses the resources: they are there, or were deployed. */
export async function provisionIfAllowed(environment: StartedEnvironment): Promise<void> {
  if (environment.capabilities.provision.supported) await provision(environment)
}

async function make(clients: Clients, { operation, input, doneBefore }: ResourceCall): Promise<void> {
  try {
    await senders[operation](clients, input)
  } catch (error) {
    if (!(error instanceof Error) || !doneBefore?.test(`${error.name}: ${error.message}`)) throw error
  }
}

const senders: Record<ResourceOperation, (clients: Clients, input: object) => Promise<unknown>> = {
  CreateQueue: ({ sqs }, input) => sqs.send(new CreateQueueCommand(input as CreateQueueCommandInput)),
  SetQueueAttributes: ({ sqs }, input) =>
    sqs.send(new SetQueueAttributesCommand(input as SetQueueAttributesCommandInput)),
  CreateBucket: ({ s3 }, input) => s3.send(new CreateBucketCommand(input as CreateBucketCommandInput)),
  PutPublicAccessBlock: ({ s3 }, input) =>
    s3.send(new PutPublicAccessBlockCommand(input as PutPublicAccessBlockCommandInput)),
  PutBucketVersioning: ({ s3 }, input) =>
    s3.send(new PutBucketVersioningCommand(input as PutBucketVersioningCommandInput)),
  PutBucketLifecycleConfiguration: ({ s3 }, input) =>
    s3.send(new PutBucketLifecycleConfigurationCommand(input as PutBucketLifecycleConfigurationCommandInput)),
  CreateTable: ({ dynamodb }, input) => dynamodb.send(new CreateTableCommand(input as CreateTableCommandInput)),
  /** Refused while the table is being made. */
  async UpdateTimeToLive({ dynamodb }, input) {
    const request = input as UpdateTimeToLiveCommandInput
    await waitUntilTableExists(
      { client: dynamodb, maxWaitTime: TABLE_WAIT_SECONDS, minDelay: 0.1, maxDelay: 2 },
      { TableName: request.TableName },
    )
    await dynamodb.send(new UpdateTimeToLiveCommand(request))
  },
}
