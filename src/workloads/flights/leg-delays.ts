import { TurnaroundError } from '../../errors.ts'
import type { DelayModel, DelayTable } from '../../results/stores.ts'

/** Tables that are joined do not have the replications the job asks for: they belong to other settings. */
export class ReplicationsError extends TurnaroundError {
  override readonly code = 'REPLICATIONS'
}

export interface LegInput {
  /** Undefined for the first leg: no delay yet, and no data values. Taken over. */
  readonly previous: DelayTable | undefined
  readonly departure: DelayModel
  readonly landing: DelayModel
  readonly scheduledMinutes: number
  readonly landingAllowanceMinutes: number
  readonly replications: number
}

/**
 * The delays after one more leg, replication by replication:
 * previous + (departure duration - scheduled) + (landing duration - allowance). Negative delays are kept.
 * Data values are previous + departure + landing. Throws ReplicationsError where the tables' lengths differ.
 *
 * Adds in place: `previous` becomes the result, because two megabytes of fresh arrays a leg cost more in garbage
 * collection than the adding.
 */
export function addLeg(input: LegInput): DelayTable {
  checkReplications(input)
  const { departure, landing, scheduledMinutes, landingAllowanceMinutes } = input
  const table = input.previous ?? emptyTable(input.replications)
  const constant = -scheduledMinutes - landingAllowanceMinutes
  addDurations(table.delayMinutes, departure.durationMinutes, landing.durationMinutes, constant)
  for (const k of [0, 1, 2, 3] as const) addValues(table.dataValues[k], departure.dataValues[k], landing.dataValues[k])
  return table
}

function emptyTable(replications: number): DelayTable {
  const column = () => new Float64Array(replications)
  return { delayMinutes: column(), dataValues: [column(), column(), column(), column()] }
}

// Two loops of the same shape, so that each meets one kind of array only and stays fast.
function addDurations(sum: Float64Array, a: Int32Array, b: Int32Array, constant: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += a[i] + b[i] + constant
}

/** Whole numbers below 2^53 throughout, so the order of adding does not matter. */
function addValues(sum: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += a[i] + b[i]
}

function checkReplications({ previous, departure, landing, replications }: LegInput): void {
  const lengths: readonly [string, number | undefined][] = [
    ['the previous delays', previous?.delayMinutes.length],
    ['the departure model', departure.durationMinutes.length],
    ['the landing model', landing.durationMinutes.length],
  ]
  for (const [name, length] of lengths) {
    if (length === undefined || length === replications) continue
    throw new ReplicationsError(
      `${name} has ${length} replications, this leg needs ${replications}: they come from another scenario; use a new run id`,
    )
  }
}
