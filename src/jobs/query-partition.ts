import { QueryCommand, type DynamoDBClient, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { Item } from './attributes.ts'

/** The items of one partition, page by page: of all its sort keys, or of those that begin so. */
export async function* queryPartition(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  partition: string,
  options: Pick<QueryCommandInput, 'ConsistentRead' | 'ProjectionExpression'> & { readonly beginsWith?: string } = {},
): AsyncGenerator<Item[]> {
  const { beginsWith, ...others } = options
  const isOurs = '#partition = :partition'
  let from: Item | undefined
  do {
    const { Items, LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: beginsWith === undefined ? isOurs : `${isOurs} AND begins_with(job_id, :begin)`,
        ExpressionAttributeNames: { '#partition': 'partition' },
        ExpressionAttributeValues: {
          ':partition': { S: partition },
          ...(beginsWith !== undefined && { ':begin': { S: beginsWith } }),
        },
        ...others,
        ExclusiveStartKey: from,
      }),
    )
    yield Items ?? []
    from = LastEvaluatedKey
  } while (from)
}
