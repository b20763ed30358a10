import type { JsonOperation } from '../json-protocol.ts'
import { type DynamoDbContext, operation } from './context.ts'
import { checkTableName, managedTableName } from './table-members.ts'
import { findManaged } from './table-operations.ts'

const endpointMinutes = 1440

/** DescribeLimits, DescribeEndpoints, DescribeContinuousBackups: what clients and tools ask before they begin. */
export function accountOperations(context: DynamoDbContext): Record<string, JsonOperation> {
  return {
    // AWS's defaults; nothing is held to them here.
    DescribeLimits: operation({}, () => ({
      AccountMaxReadCapacityUnits: 80_000,
      AccountMaxWriteCapacityUnits: 80_000,
      TableMaxReadCapacityUnits: 40_000,
      TableMaxWriteCapacityUnits: 40_000,
    })),
    DescribeEndpoints: operation({}, (_input, { url }) => ({
      Endpoints: [{ Address: url.host, CachePeriodInMinutes: endpointMinutes }],
    })),
    DescribeContinuousBackups: operation(
      { TableName: managedTableName },
      ({ TableName }, { caller }) => {
        findManaged(context, caller, TableName)
        return {
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'DISABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        }
      },
      checkTableName,
    ),
  }
}
