import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import type { Clock } from '../clock.ts'

/** What one BatchWriteItem takes. */
export const WRITE_BATCH = 25

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

/** Up to 25 writes without conditions; those the table had no capacity for are made again, ever more rarely. */
export async function writeBatch(
  options: { readonly client: DynamoDBClient; readonly tableName: string; readonly clock: Clock },
  requests: readonly WriteRequest[],
): Promise<void> {
  const { client, tableName, clock } = options
  let writes = [...requests]
  for (let pause = FIRST_PAUSE_MS; writes.length > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: writes } }))
    writes = UnprocessedItems?.[tableName] ?? []
    if (writes.length > 0) await clock.sleep(pause)
  }
}
