import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { number, text, toAttribute, type Item } from './attributes.ts'
import type { GangRowsOptions } from './gang-rows.ts'
import { queryPartition } from './query-partition.ts'

/** What a host says of itself about each second, while it takes jobs. */
export interface HostRow {
  /** Unique to a process. */
  readonly host: string
  /** Moves with every word: whoever reads it judges by that, never by a clock (docs/decisions/0005-lease-by-watching.md). */
  readonly beat: number
  /** Jobs it could begin now. */
  readonly freeSlots: number
}

/** Every host that takes jobs from the stage's queue, of any run; those that died are in it until they expire. */
export interface HostTable {
  tell(row: HostRow): Promise<void>
  remove(host: string): Promise<void>
  readAll(): Promise<HostRow[]>
}

/** No run id begins so. */
const PARTITION = '#hosts'
const KEPT_SECONDS = 600

export function hostTable({ client, tableName, clock }: GangRowsOptions): HostTable {
  const keyOf = (host: string): Item => ({ partition: { S: PARTITION }, job_id: { S: host } })
  return {
    async tell({ host, beat, freeSlots }) {
      const Item = {
        ...keyOf(host),
        beat: toAttribute(beat),
        free_slots: toAttribute(freeSlots),
        expires_at: toAttribute(Math.floor(clock.now() / 1000) + KEPT_SECONDS),
      }
      await client.send(new PutItemCommand({ TableName: tableName, Item }))
    },
    async remove(host) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(host) }))
    },
    async readAll() {
      const rows: HostRow[] = []
      const pages = queryPartition({ client, tableName }, PARTITION, { ConsistentRead: true })
      for await (const page of pages) rows.push(...page.map(toHostRow))
      return rows
    },
  }
}

function toHostRow(item: Item): HostRow {
  return { host: text(item, 'job_id')!, beat: number(item, 'beat') ?? 0, freeSlots: number(item, 'free_slots') ?? 0 }
}
