import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Clock } from '../clock.ts'
import type { Item } from './attributes.ts'
import { gangPartition } from './gang-rows.ts'
import { partitionsOf } from './job-record.ts'
import { queryPartition } from './query-partition.ts'
import { WRITE_BATCH, writeBatch } from './write-batch.ts'

/** Removes a run's rows, the run item last, so that a call which broke off can be repeated. Answers how many there were. */
export async function forgetRun(options: {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly runId: string
  readonly clock: Clock
}): Promise<number> {
  const { runId } = options
  let removed = 0

  async function remove(keys: readonly Item[]): Promise<void> {
    await writeBatch(
      options,
      keys.map((Key) => ({ DeleteRequest: { Key } })),
    )
    removed += keys.length
  }

  for (const partition of [...partitionsOf(runId), gangPartition(runId), `${runId}#run`]) {
    for await (const page of queryPartition(options, partition, { ProjectionExpression: '#partition, job_id' })) {
      for (let at = 0; at < page.length; at += WRITE_BATCH) await remove(page.slice(at, at + WRITE_BATCH))
    }
  }
  return removed
}
