import {
  CreateTableCommand,
  TagResourceCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type TagResourceCommandInput,
  type UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb'
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type CreateBucketCommandInput,
  type PutBucketLifecycleConfigurationCommandInput,
  type PutBucketTaggingCommandInput,
  type PutBucketVersioningCommandInput,
  type PutPublicAccessBlockCommandInput,
} from '@aws-sdk/client-s3'
import {
  CreateQueueCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  type CreateQueueCommandInput,
  type SetQueueAttributesCommandInput,
  type TagQueueCommandInput,
} from '@aws-sdk/client-sqs'
import { RefusedError } from '../errors.ts'
import { checkResources } from './check-resources.ts'
import { resourceCalls, type ResourceCall, type ResourceOperation } from './resource-calls.ts'
import { resourceTags } from './resource-tags.ts'
import type { Clients, StartedEnvironment } from './start-environment.ts'

const TABLE_WAIT_SECONDS = 60

/**
 * Creates what a run needs, from the one definition in `resource-calls.ts`; what exists already stays. Refuses where
 * resources are made by a deployment (RefusedError, which says why). Answers the names, for the user.
 */
export async function provision(environment: StartedEnvironment): Promise<string[]> {
  const { supported, why } = environment.capabilities.provision
  if (!supported) {
    const { name } = environment
    throw new RefusedError(
      `${name} is not provisioned by turnaround: ${why}. Deploy it: make deploy ENV=${name} ` +
        `(the template alone: turnaround provision --env ${name} --template)`,
    )
  }
  const { TEST_RUN_ID: testRunId } = process.env
  const tags = testRunId ? resourceTags(environment.stage, testRunId) : undefined
  for (const call of resourceCalls({ ...environment, tags })) await make(environment.clients, call)
  return Object.values(environment.names)
}

/**
 * What every command does before it uses the resources: makes them where nobody minds, and elsewhere looks whether they
 * are there. Throws EnvironmentError with all that are not.
 */
export async function provisionOrCheck(environment: StartedEnvironment): Promise<void> {
  if (environment.capabilities.provisionUnasked.supported) await provision(environment)
  else await checkResources(environment)
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
  PutBucketTagging: ({ s3 }, input) => s3.send(new PutBucketTaggingCommand(input as PutBucketTaggingCommandInput)),
  TagQueue: ({ sqs }, input) => sqs.send(new TagQueueCommand(input as TagQueueCommandInput)),
  TagResource: ({ dynamodb }, input) => dynamodb.send(new TagResourceCommand(input as TagResourceCommandInput)),
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
