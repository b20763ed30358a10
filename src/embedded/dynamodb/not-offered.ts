import { JsonError, type JsonOperation } from '../json-protocol.ts'

/** What AWS's DynamoDB has and this one refuses, by what it belongs to. */
export const notOffered: Readonly<Record<string, readonly string[]>> = {
  PartiQL: ['ExecuteStatement', 'ExecuteTransaction', 'BatchExecuteStatement'],
  'DynamoDB Streams': ['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords'],
  'Kinesis streaming': [
    'EnableKinesisStreamingDestination',
    'DisableKinesisStreamingDestination',
    'DescribeKinesisStreamingDestination',
    'UpdateKinesisStreamingDestination',
  ],
  'import and export': [
    'ImportTable',
    'DescribeImport',
    'ListImports',
    'ExportTableToPointInTime',
    'DescribeExport',
    'ListExports',
  ],
  backups: [
    'CreateBackup',
    'DeleteBackup',
    'DescribeBackup',
    'ListBackups',
    'RestoreTableFromBackup',
    'RestoreTableToPointInTime',
    'UpdateContinuousBackups',
  ],
  'global tables': [
    'CreateGlobalTable',
    'UpdateGlobalTable',
    'DescribeGlobalTable',
    'ListGlobalTables',
    'DescribeGlobalTableSettings',
    'UpdateGlobalTableSettings',
    'DescribeTableReplicaAutoScaling',
    'UpdateTableReplicaAutoScaling',
  ],
  'resource policies': ['PutResourcePolicy', 'GetResourcePolicy', 'DeleteResourcePolicy'],
  'contributor insights': ['DescribeContributorInsights', 'ListContributorInsights', 'UpdateContributorInsights'],
}

export function notOfferedOperations(): [string, JsonOperation][] {
  return Object.entries(notOffered).flatMap(([what, names]) =>
    names.map((name): [string, JsonOperation] => [name, refuse(name, what)]),
  )
}

function refuse(name: string, what: string): JsonOperation {
  return () => {
    throw new JsonError(
      400,
      'com.amazon.coral.service#UnknownOperationException',
      `${name} (${what}) is not offered by the embedded DynamoDB`,
    )
  }
}
