import type { ValueOf } from './members.ts'
import type { Table, TableDefinition, Throughput } from './table.ts'
import type { provisionedThroughput } from './table-members.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

interface Asked {
  readonly BillingMode?: 'PROVISIONED' | 'PAY_PER_REQUEST'
  readonly ProvisionedThroughput?: ValueOf<typeof provisionedThroughput>
}

/** What UpdateTable makes of a table's billing. Throws ValidationError where it would be as it is. */
export function billingChange(
  { definition }: Table,
  { BillingMode: asked, ProvisionedThroughput: units }: Asked,
  nowSeconds: number,
): Pick<TableDefinition, 'BillingMode' | 'payPerRequestSince' | 'ProvisionedThroughput'> {
  const mode = asked ?? definition.BillingMode
  if (mode === 'PAY_PER_REQUEST') {
    if (units !== undefined) {
      throw invalid(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      )
    }
    const { BillingMode: former, payPerRequestSince, ProvisionedThroughput } = definition
    return {
      BillingMode: mode,
      payPerRequestSince: former === mode ? payPerRequestSince : nowSeconds,
      ProvisionedThroughput: { ...ProvisionedThroughput, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    }
  }
  const { payPerRequestSince, ProvisionedThroughput: current } = definition
  const next = units === undefined ? current : changedThroughput(current, units, nowSeconds)
  return { BillingMode: mode, payPerRequestSince, ProvisionedThroughput: next }
}

export function changedThroughput(
  current: Throughput,
  units: ValueOf<typeof provisionedThroughput>,
  nowSeconds: number,
): Throughput {
  const reads = units.ReadCapacityUnits - current.ReadCapacityUnits
  const writes = units.WriteCapacityUnits - current.WriteCapacityUnits
  if (reads === 0 && writes === 0) {
    throw new ValidationError(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${current.ReadCapacityUnits}. ` +
        `Requested ReadCapacityUnits: ${units.ReadCapacityUnits}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${current.WriteCapacityUnits}. ` +
        `Requested WriteCapacityUnits: ${units.WriteCapacityUnits}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    )
  }
  const decreases = reads < 0 || writes < 0
  return {
    ...current,
    ...units,
    NumberOfDecreasesToday: current.NumberOfDecreasesToday + Number(decreases),
    LastIncreaseDateTime: reads > 0 || writes > 0 ? nowSeconds : current.LastIncreaseDateTime,
    LastDecreaseDateTime: decreases ? nowSeconds : current.LastDecreaseDateTime,
  }
}
