import { z } from 'zod'

/** A name that templates can say. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,63}$/, { error: 'must be a letter or _, then letters, digits and _, at most 64' })

/** Rows of data for journeys, divided among the shards: row i belongs to shard i mod N, and to no other. */
export const feederSchema = z.strictObject({
  /** CSV with a header line, or a JSON list of objects. It must be on every host that makes load. */
  file: z.string().min(1).optional(),
  /** The rows themselves. */
  rows: z.array(z.record(z.string(), z.json())).min(1).max(100_000).optional(),
  /**
   * `sequential`: one after the other, and from the beginning again. `random`: any, as often as it comes. `once`: each
   * row once; an iteration that finds none left fails and says so.
   */
  mode: z.enum(['sequential', 'random', 'once']).default('sequential'),
  /** `user`: a user keeps the row it drew first. */
  per: z.enum(['iteration', 'user']).default('iteration'),
})

export type FeederSettings = z.output<typeof feederSchema> & {
  /** Of `file`, when the scenario was checked: another file makes another load. */
  readonly sha256?: string | undefined
}
