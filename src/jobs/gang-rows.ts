import { ConditionalCheckFailedException, UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Clock } from '../clock.ts'
import { expiresAt, number, setExpression, text, toAttribute, type Item, type Scalar } from './attributes.ts'

/** What a gang has agreed on. Only its scheduler writes it. */
export interface GangRow {
  /** Names the clock in which `startAtMs` is told: the boot id of the scheduler's machine where it has one. */
  readonly clock: string | undefined
  /** All messages are in the queue. */
  readonly sent: boolean
  readonly startAtMs: number | undefined
  readonly stopReason: string | undefined
  readonly cancelledReason: string | undefined
}

/** One shard of a gang: there once somebody has claimed it, or it was declared lost. */
export interface ShardRow {
  readonly jobId: string
  /** One delivery's own; undefined where nobody ever had it. */
  readonly claim: string | undefined
  /** The host. */
  readonly claimedBy: string | undefined
  /** When its message was sent and when it was claimed, each by its own clock. */
  readonly sentAtMs: number | undefined
  readonly claimedAtMs: number | undefined
  /** Moves about each second while the shard lives. */
  readonly beat: number
  /** Names the clock that it has compared its own with, and waits for. */
  readonly readyFor: string | undefined
  /** Batches of windows stored so far. */
  readonly batches: number
  /** The shard asks, the scheduler answers with the same number and its time. */
  readonly ping: number
  readonly pong: number
  readonly pongAtMs: number | undefined
  /** Why its result will never come; nothing it does after that counts. */
  readonly lost: string | undefined
}

export interface GangRowsOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly clock: Clock
}

const REASON_BYTES = 1024

/** All gangs of a run. */
export function gangPartition(runId: string): string {
  return `${runId}#gangs`
}

export function gangKey(runId: string, gang: string): Item {
  return { partition: { S: gangPartition(runId) }, job_id: { S: `${gang}#` } }
}

export function shardKey(runId: string, gang: string, jobId: string): Item {
  return { partition: { S: gangPartition(runId) }, job_id: { S: `${gang}#${jobId}` } }
}

export function toGangRow(item: Item = {}): GangRow {
  return {
    clock: text(item, 'clock'),
    sent: number(item, 'sent') === 1,
    startAtMs: number(item, 'start_at'),
    stopReason: text(item, 'stop_reason'),
    cancelledReason: text(item, 'cancelled_reason'),
  }
}

export function toShardRow(item: Item): ShardRow {
  return {
    jobId: text(item, 'shard')!,
    claim: text(item, 'claim'),
    claimedBy: text(item, 'claimed_by'),
    sentAtMs: number(item, 'sent_at'),
    claimedAtMs: number(item, 'claimed_at'),
    beat: number(item, 'beat') ?? 0,
    readyFor: text(item, 'ready_for'),
    batches: number(item, 'batches') ?? 0,
    ping: number(item, 'ping') ?? 0,
    pong: number(item, 'pong') ?? 0,
    pongAtMs: number(item, 'pong_at'),
    lost: text(item, 'lost'),
  }
}

/** As much of it as a row holds. */
export function cutReason(reason: string): string {
  return Buffer.from(reason).subarray(0, REASON_BYTES).toString()
}

/** False where the condition did not hold. `seen`: values that the condition names, beside those that are set. */
export async function updateRow(
  { client, tableName, clock }: GangRowsOptions,
  Key: Item,
  attributes: Readonly<Record<string, Scalar | undefined>>,
  condition: string,
  seen: Readonly<Record<string, Scalar>> = {},
): Promise<boolean> {
  const set = setExpression({ ...attributes, expires_at: expiresAt(clock) })
  const values = Object.entries(seen).map(([name, value]) => [`:${name}`, toAttribute(value)] as const)
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key,
        ...set,
        ConditionExpression: condition,
        ExpressionAttributeValues: { ...set.ExpressionAttributeValues, ...Object.fromEntries(values) },
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
