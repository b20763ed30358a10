import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import type { Clock } from '../clock.ts'
import { expiresAt, setExpression, type Scalar } from './attributes.ts'
import {
  errorAttributes,
  keyOf,
  markerKeyOf,
  partitionsOf,
  strongerRecord,
  toAttributes,
  toRecord,
  type JobError,
  type JobRecord,
  type JobResult,
} from './job-record.ts'
import { queryPartition } from './query-partition.ts'
import { writeBatch } from './write-batch.ts'

/**
 * The truth about a run's jobs: one item a job, one conditional write a transition, no counters, no transactions.
 * Partition `run_id#shard` (hash of the job id over 16), sort key `job_id`; items expire by TTL.
 * That a message was sent is an item of its own, beside the job's (`queued#<job_id>`): it can then be written without a
 * condition, 25 at a time (docs/decisions/0004-queued-markers.md).
 */
export interface JobTable {
  /** The messages of up to 25 jobs are in the queue. Never touches a result: the processor may have been faster. */
  markQueued(runId: string, jobs: readonly { jobId: string; kind: string }[]): Promise<void>
  /** False where the job was done already; the first result stays. Takes a failure back. */
  markDone(runId: string, result: JobResult): Promise<boolean>
  /** One attempt failed; SQS decides whether there is another. Ignored where the job is done. */
  recordAttempt(runId: string, job: { jobId: string; kind: string }, attempt: number, error: JobError): Promise<void>
  /** All attempts failed. False where the job is done. */
  markFailed(runId: string, job: { jobId: string; kind: string }, error: JobError): Promise<boolean>
  /** A need failed. Ignored where the job is done. */
  markBlocked(runId: string, job: { jobId: string; kind: string }): Promise<void>
  /** The rows that exist, in no order. */
  read(runId: string, jobIds: readonly string[]): Promise<JobRecord[]>
  /** Every row of the run, markers included, so that a job may come twice: 16 paged queries side by side, never a scan. */
  readAll(runId: string): AsyncGenerator<JobRecord[]>
  /** The same with one record a job. */
  records(runId: string): Promise<Map<string, JobRecord>>
}

const BATCH_GET_KEYS = 100
const LONGEST_PAUSE_MS = 2_000

export function jobTable(options: { client: DynamoDBClient; tableName: string; clock: Clock }): JobTable {
  const { client, tableName, clock } = options

  /** False where the condition did not hold. */
  async function update(
    runId: string,
    jobId: string,
    attributes: Record<string, Scalar | undefined> & { state: JobRecord['state'] },
    allowed: readonly JobRecord['state'][],
  ): Promise<boolean> {
    const expression = setExpression({ ...attributes, expires_at: expiresAt(clock) })
    allowed.forEach((state, at) => (expression.ExpressionAttributeValues[`:allowed${at}`] = { S: state }))
    const states = allowed.map((_, at) => `:allowed${at}`)
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: keyOf(runId, jobId),
          ...expression,
          ConditionExpression: `attribute_not_exists(#state) OR #state IN (${states.join(', ')})`,
        }),
      )
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }

  async function markQueued(runId: string, jobs: readonly { jobId: string; kind: string }[]): Promise<void> {
    const writes = jobs.map(({ jobId, kind }) => ({
      PutRequest: {
        Item: { ...markerKeyOf(runId, jobId), kind: { S: kind }, expires_at: { N: String(expiresAt(clock)) } },
      },
    }))
    await writeBatch(options, writes)
  }

  async function readOne(runId: string, jobId: string): Promise<JobRecord[]> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: keyOf(runId, jobId), ConsistentRead: true }),
    )
    return Item ? [toRecord(Item)] : []
  }

  async function read(runId: string, jobIds: readonly string[]): Promise<JobRecord[]> {
    if (jobIds.length === 1) return readOne(runId, jobIds[0])
    const records: JobRecord[] = []
    let keys = [...new Set(jobIds)].map((jobId) => keyOf(runId, jobId))
    for (let pause = 50; keys.length > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const page = keys.slice(0, BATCH_GET_KEYS)
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: page, ConsistentRead: true } } }),
      )
      for (const item of Responses?.[tableName] ?? []) records.push(toRecord(item))
      const unprocessed = (UnprocessedKeys?.[tableName]?.Keys ?? []) as typeof page
      keys = [...unprocessed, ...keys.slice(page.length)]
      if (unprocessed.length === page.length) await clock.sleep(pause)
      else pause = 50
    }
    return records
  }

  async function* readShard(partition: string): AsyncGenerator<JobRecord[]> {
    const pages = queryPartition({ client, tableName }, partition, { ConsistentRead: true })
    for await (const page of pages) yield page.map(toRecord)
  }

  async function* readAll(runId: string): AsyncGenerator<JobRecord[]> {
    const shards = partitionsOf(runId).map(readShard)
    const pages = new Map(shards.map((shard) => [shard, nextPage(shard)]))
    while (pages.size > 0) {
      const { shard, page } = await Promise.race(pages.values())
      if (page === undefined) pages.delete(shard)
      else {
        pages.set(shard, nextPage(shard))
        yield page
      }
    }
  }

  return {
    markQueued,
    markDone: (runId, result) =>
      update(runId, result.jobId, { state: 'done', ...toAttributes(result) }, ['queued', 'failed', 'blocked']),
    recordAttempt: async (runId, { jobId, kind }, attempt, error) => {
      const attributes = { state: 'queued' as const, kind, attempt, ...errorAttributes(error) }
      await update(runId, jobId, attributes, ['queued', 'blocked'])
    },
    markFailed: (runId, { jobId, kind }, error) =>
      update(runId, jobId, { state: 'failed', kind, ...errorAttributes(error) }, ['queued', 'failed', 'blocked']),
    markBlocked: async (runId, { jobId, kind }) => {
      await update(runId, jobId, { state: 'blocked', kind }, ['queued', 'blocked'])
    },
    read,
    readAll,
    async records(runId) {
      const records = new Map<string, JobRecord>()
      for await (const page of readAll(runId)) {
        for (const record of page) records.set(record.jobId, strongerRecord(records.get(record.jobId), record))
      }
      return records
    },
  }
}

async function nextPage(shard: AsyncGenerator<JobRecord[]>) {
  const { value, done } = await shard.next()
  return { shard, page: done ? undefined : value }
}
