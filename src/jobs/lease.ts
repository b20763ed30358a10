import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { RefusedError, StoppedError } from '../errors.ts'
import { expiresAt, number, setExpression, text } from './attributes.ts'
import { runItemKey } from './run-item.ts'

/** A holder beats this often; one that has not beaten for LEASE_MS is dead. */
const BEAT_MS = 1_000
const LEASE_MS = 5_000
const LOOK_MS = 250

/**
 * One scheduler per run. The lease is a number that its holder raises; whoever wants it watches that number for
 * LEASE_MS on its own monotonic clock, so that no two machines' clocks are ever compared and a clock that jumps
 * changes nothing (the DynamoDB lock client's way, https://aws.amazon.com/blogs/database/building-distributed-locks-with-the-dynamodb-lock-client/).
 */
export interface Lease {
  /** Aborts, with the reason, when the lease is lost. */
  readonly lost: AbortSignal
  /** Stops beating and gives the lease back, so that the next scheduler need not wait. */
  release(): Promise<void>
}

/** The lease went to another scheduler while this one was not looking (paused, partitioned). */
export class LeaseLostError extends RefusedError {
  override get name(): string {
    return 'LeaseLostError'
  }
}

/** Throws RefusedError, which says who holds the run, where its holder is alive. Takes up to LEASE_MS otherwise. */
export async function acquireLease(options: {
  client: DynamoDBClient
  tableName: string
  runId: string
  /** Who we are, for the one who is refused: host, pid. */
  holder: string
  clock: Clock
  signal?: AbortSignal
}): Promise<Lease> {
  const { client, tableName, runId, holder, clock, signal } = options
  const Key = runItemKey(runId)
  const owner = randomUUID() // names are for people: two containers may have the same

  async function look(): Promise<{ beat: number; owner: string | undefined; holder: string }> {
    const { Item = {} } = await client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }))
    return {
      beat: number(Item, 'lease_beat') ?? 0,
      owner: text(Item, 'lease_owner') || undefined,
      holder: text(Item, 'lease_holder') ?? 'another scheduler',
    }
  }

  /** Raises the number, if it still is what we saw. */
  async function write(seen: number, lease_owner: string): Promise<boolean> {
    const expression = setExpression({
      lease_beat: seen + 1,
      lease_owner,
      lease_holder: holder,
      expires_at: expiresAt(clock), // a run that is being scheduled never expires
    })
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key,
          ...expression,
          ConditionExpression: seen === 0 ? 'attribute_not_exists(lease_beat)' : 'lease_beat = :seen',
          ExpressionAttributeValues: {
            ...expression.ExpressionAttributeValues,
            ...(seen === 0 ? {} : { ':seen': { N: String(seen) } }),
          },
        }),
      )
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }

  const first = await look()
  const until = clock.monotonic() + LEASE_MS
  while (first.owner !== undefined && clock.monotonic() < until) {
    if (signal?.aborted) throw new StoppedError(`stopped while waiting for the lease of run ${runId}`)
    await clock.sleep(LOOK_MS)
    const now = await look()
    if (now.beat !== first.beat && now.owner !== undefined) throw held(runId, now.holder)
    if (now.owner === undefined) return acquireLease(options)
  }
  if (await write(first.beat, owner)) return keep(first.beat + 1)
  const winner = await look() // we ourselves, where the answer to a first try was lost
  if (winner.owner !== owner) throw held(runId, winner.holder)
  return keep(winner.beat)

  function keep(acquired: number): Lease {
    const lost = new AbortController()
    const stopped = new AbortController()
    let beat = acquired
    const beating = (async () => {
      while (!stopped.signal.aborted) {
        await clock.sleep(BEAT_MS, stopped.signal).catch(() => undefined)
        if (stopped.signal.aborted) return
        if (await write(beat, owner)) beat++
        else {
          // A beat whose answer was lost is ours all the same: the number moved by one and the owner is still us.
          const now = await look()
          if (now.owner !== owner) return lost.abort(takenOver(runId, now.holder))
          beat = now.beat
        }
      }
    })().catch((error: unknown) => lost.abort(error))

    return {
      lost: lost.signal,
      async release() {
        stopped.abort()
        await beating
        if (!lost.signal.aborted) await write(beat, '')
      },
    }
  }
}

function takenOver(runId: string, holder: string): LeaseLostError {
  return new LeaseLostError(
    `Run ${runId} was taken over by ${holder}; look how far it is with turnaround status ${runId}`,
  )
}

function held(runId: string, holder: string): RefusedError {
  return new RefusedError(
    `Run ${runId} is being scheduled by ${holder}; stop that one first, or choose another --run-id`,
  )
}
