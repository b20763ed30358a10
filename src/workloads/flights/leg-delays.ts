import { TurnaroundError } from '../../errors.ts'
import type { DelayModel, DelayTable } from '../../results/stores.ts'

/** Tables that are joined do not have the replications the job asks for: they belong to other settings. */
export class ReplicationsError extends TurnaroundError {
  override readonly code = 'REPLICATIONS'
}

export interface LegInput {
  /** Undefined for the first leg: no delay yet, and no data values. */
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
 */
export function addLeg(input: LegInput): DelayTable {
  checkReplications(input)
  const { previous, departure, landing, scheduledMinutes, landingAllowanceMinutes } = input
  const delayMinutes = sumOf(
    departure.durationMinutes,
    landing.durationMinutes,
    previous?.delayMinutes,
    -scheduledMinutes - landingAllowanceMinutes,
  )
  const dataValue = (k: 0 | 1 | 2 | 3) =>
    sumOf(departure.dataValues[k], landing.dataValues[k], previous?.dataValues[k], 0)
  return { delayMinutes, dataValues: [dataValue(0), dataValue(1), dataValue(2), dataValue(3)] }
}

/** Whole numbers below 2^53 throughout, so the order of adding does not matter. */
function sumOf(
  a: Int32Array | Float64Array,
  b: Int32Array | Float64Array,
  c: Float64Array | undefined,
  constant: number,
): Float64Array {
  const sum = new Float64Array(a.length)
  if (c) for (let i = 0; i < sum.length; i++) sum[i] = a[i] + b[i] + c[i] + constant
  else for (let i = 0; i < sum.length; i++) sum[i] = a[i] + b[i] + constant
  return sum
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
