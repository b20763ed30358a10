import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { HeadBucketCommand } from '@aws-sdk/client-s3'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { EnvironmentError } from '../errors.ts'
import { explainAwsError, type Explanation } from './explain-aws-error.ts'
import { environmentOf, startEnvironment, type StartedEnvironment } from './start-environment.ts'

/** What is wrong with one resource. */
interface Trouble extends Explanation {
  readonly resource: string
}

interface Check {
  /** For people, e.g. `queue scenario-1-uat-incoming`. */
  readonly resource: string
  /** The permission that the look needs, and the run too. */
  readonly permission: string
  look(): Promise<Explanation | undefined>
}

/** The clients of a run are patient for a minute; what is wrong before it begins is better said at once. */
const PATIENCE_MS = 4_000

/**
 * Looks at every queue, bucket and table of a run, all at once and without changing anything. Throws one EnvironmentError
 * with all that are missing, denied, elsewhere or somebody else's, and what to do.
 */
export async function checkResources(started: StartedEnvironment): Promise<void> {
  const environment = await startEnvironment(environmentOf(started), { patienceMs: PATIENCE_MS })
  try {
    const found = await Promise.all(checksOf(environment).map((check) => troubleOf(check)))
    const troubles = found.filter((trouble) => trouble !== undefined)
    if (troubles.length > 0) throw new EnvironmentError(describe(environment, troubles))
  } finally {
    await environment.stop()
  }
}

function checksOf(environment: StartedEnvironment): Check[] {
  const { clients, names, queueUrl } = environment
  const queues = [names.incoming, names.outgoing, names.dlq].map((name) => ({
    resource: `queue ${name}`,
    permission: 'sqs:GetQueueAttributes',
    look: async () => {
      const AttributeNames = ['QueueArn' as const]
      await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames }))
      return undefined
    },
  }))
  const buckets = [names.data, names.results].map((name) => ({
    resource: `bucket ${name}`,
    permission: 's3:ListBucket',
    look: () => lookAtBucket(environment, name),
  }))
  const table = {
    resource: `table ${names.jobs}`,
    permission: 'dynamodb:DescribeTable',
    look: () => lookAtTable(environment),
  }
  return [...queues, ...buckets, table]
}

async function troubleOf({ resource, permission, look }: Check): Promise<Trouble | undefined> {
  const explanation = await look().catch(explainAwsError)
  if (explanation === undefined) return undefined
  const text = explanation.kind === 'denied' ? `${explanation.text}: allow ${permission}` : explanation.text
  return { ...explanation, text, resource }
}

/** Bucket names are the world's: this one may be somebody else's, who might even let us in. */
async function lookAtBucket({ clients: { s3 }, account }: StartedEnvironment, Bucket: string) {
  try {
    await s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: account }))
    return undefined
  } catch (error) {
    if (explainAwsError(error).kind !== 'denied') throw error
    const letsUsIn = await s3.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      () => false, // then it cannot be told from a policy that denies
    )
    const text = letsUsIn
      ? `belongs to another account than ${account}: nothing may be written there; sign in to the account that owns it`
      : `access is denied, or it belongs to another account than ${account}: allow s3:ListBucket, or sign in to the account that owns it`
    return { kind: 'other', text } as const
  }
}

async function lookAtTable({ clients: { dynamodb }, names }: StartedEnvironment): Promise<Explanation | undefined> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: names.jobs }))
  const keys = (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName).join(', ')
  if (keys !== 'partition, job_id') return { kind: 'other', text: `has the keys ${keys}, not partition, job_id` }
  const status = Table?.TableStatus ?? 'unknown'
  return ['ACTIVE', 'UPDATING'].includes(status) ? undefined : { kind: 'other', text: `is ${status}, not ACTIVE` }
}

/** What is wrong with all of them is said once. */
function describe({ name, account, region, capabilities }: StartedEnvironment, troubles: readonly Trouble[]): string {
  const texts = new Set(troubles.map(({ text }) => text))
  const isOne = texts.size === 1 && troubles.length > 1 && troubles[0].kind !== 'missing'
  const lines = isOne
    ? [`  ${troubles[0].text}`, `  (${troubles.map(({ resource }) => resource).join(', ')})`]
    : troubles.map(({ resource, text }) => `  ${resource}: ${text}`)
  const missing = troubles.some(({ kind }) => kind === 'missing')
  const how = capabilities.provision.supported ? `turnaround provision --env ${name}` : `make deploy ENV=${name}`
  return [
    `${name} (account ${account}, ${region}) cannot be used yet:`,
    ...lines,
    ...(missing ? [`What is missing is made by: ${how}`] : []),
  ].join('\n')
}
