/** For each operation a request that would be right, on the things that the fuzz test makes anew all the time: `target`. */
export type Samples = Readonly<Record<string, unknown>>

const QueueUrl = 'http://localhost/000000000000/target'
const fifoUrl = 'http://localhost/000000000000/target.fifo'
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:target'
const ReceiptHandle = 'AQEBnobodyKnowsThisOne'
const MessageAttributes = {
  text: { DataType: 'String', StringValue: 'v' },
  number: { DataType: 'Number.int', StringValue: '1' },
  bytes: { DataType: 'Binary', BinaryValue: 'AAEC' },
}
const redrive = JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 2 })

export const sqs: Samples = {
  CreateQueue: {
    QueueName: 'target',
    Attributes: { VisibilityTimeout: '30', RedrivePolicy: redrive, Policy: '{"Version":"2012-10-17","Statement":[]}' },
    tags: { a: 'b' },
  },
  DeleteQueue: { QueueUrl },
  PurgeQueue: { QueueUrl },
  GetQueueUrl: { QueueName: 'target', QueueOwnerAWSAccountId: '000000000000' },
  ListQueues: { QueueNamePrefix: 't', MaxResults: 2, NextToken: 'a' },
  GetQueueAttributes: { QueueUrl, AttributeNames: ['All'] },
  SetQueueAttributes: {
    QueueUrl,
    Attributes: { DelaySeconds: '0', MaximumMessageSize: '1024', RedriveAllowPolicy: '{}' },
  },
  SendMessage: { QueueUrl, MessageBody: 'body', DelaySeconds: 1, MessageAttributes },
  SendMessageBatch: {
    QueueUrl: fifoUrl,
    Entries: [
      { Id: 'a', MessageBody: 'body', MessageGroupId: 'g', MessageDeduplicationId: 'd', MessageAttributes },
      { Id: 'b', MessageBody: 'body', MessageGroupId: 'g', MessageDeduplicationId: 'e' },
    ],
  },
  ReceiveMessage: {
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 1,
    AttributeNames: ['All'],
    MessageAttributeNames: ['t*'],
    MessageSystemAttributeNames: ['All'],
    ReceiveRequestAttemptId: 'r',
  },
  DeleteMessage: { QueueUrl, ReceiptHandle },
  DeleteMessageBatch: { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle }] },
  ChangeMessageVisibility: { QueueUrl, ReceiptHandle, VisibilityTimeout: 30 },
  ChangeMessageVisibilityBatch: { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle, VisibilityTimeout: 0 }] },
  AddPermission: { QueueUrl, Label: 'l', AWSAccountIds: ['111111111111'], Actions: ['*'] },
  RemovePermission: { QueueUrl, Label: 'l' },
  TagQueue: { QueueUrl, Tags: { a: 'b' } },
  UntagQueue: { QueueUrl, TagKeys: ['a'] },
  ListQueueTags: { QueueUrl },
  ListDeadLetterSourceQueues: { QueueUrl, MaxResults: 1 },
  StartMessageMoveTask: { SourceArn: queueArn, DestinationArn: queueArn, MaxNumberOfMessagesPerSecond: 5 },
  ListMessageMoveTasks: { SourceArn: queueArn, MaxResults: 3 },
  CancelMessageMoveTask: { TaskHandle: 'abc' },
}

const token = '0123456789abcdef0123456789abcdef'
const SecretId = 'target'

export const secrets: Samples = {
  CreateSecret: { Name: 'target', SecretString: 's', ClientRequestToken: token, Tags: [{ Key: 'a', Value: 'b' }] },
  PutSecretValue: { SecretId, SecretBinary: 'AAEC', ClientRequestToken: token, VersionStages: ['AWSCURRENT', 'x'] },
  GetSecretValue: { SecretId, VersionId: token, VersionStage: 'AWSCURRENT' },
  BatchGetSecretValue: { SecretIdList: ['target'], MaxResults: 1, Filters: [{ Key: 'name', Values: ['t'] }] },
  DescribeSecret: { SecretId: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:target-AbCdEf' },
  UpdateSecret: { SecretId, Description: 'd', KmsKeyId: 'k', SecretString: 't', ClientRequestToken: token },
  UpdateSecretVersionStage: { SecretId, VersionStage: 'x', RemoveFromVersionId: token, MoveToVersionId: token },
  ListSecrets: { MaxResults: 1, NextToken: 'a', SortOrder: 'asc', Filters: [{ Key: 'tag-key', Values: ['!a'] }] },
  ListSecretVersionIds: { SecretId, IncludeDeprecated: true, MaxResults: 1, NextToken: 'a' },
  DeleteSecret: { SecretId, RecoveryWindowInDays: 7 },
  RestoreSecret: { SecretId },
  TagResource: { SecretId, Tags: [{ Key: 'a', Value: 'b' }] },
  UntagResource: { SecretId, TagKeys: ['a'] },
  PutResourcePolicy: { SecretId, ResourcePolicy: '{"Version":"2012-10-17","Statement":[]}', BlockPublicPolicy: true },
  GetResourcePolicy: { SecretId },
  DeleteResourcePolicy: { SecretId },
  ValidateResourcePolicy: { SecretId, ResourcePolicy: '{"Version":"2012-10-17","Statement":[]}' },
  GetRandomPassword: { PasswordLength: 32, ExcludeCharacters: 'a', RequireEachIncludedType: true },
  RotateSecret: { SecretId, ClientRequestToken: token },
}

const TableName = 'target'
const Key = { p: { S: 'a' } }
const Item = {
  ...Key,
  n: { N: '1' },
  b: { B: 'AAEC' },
  set: { SS: ['a', 'b'] },
  numbers: { NS: ['1', '2'] },
  l: { L: [{ M: { x: { NULL: true } } }, { BOOL: false }] },
}
const names = { ExpressionAttributeNames: { '#n': 'n' } }
const parameters = { ...names, ExpressionAttributeValues: { ':v': { N: '1' } } }
const read = { TableName, Limit: 2, ExclusiveStartKey: Key, ReturnConsumedCapacity: 'TOTAL', ConsistentRead: true }
const write = { TableName, ReturnConsumedCapacity: 'INDEXES', ReturnItemCollectionMetrics: 'SIZE' }
const condition = { ConditionExpression: 'attribute_not_exists(#n) OR #n < :v', ...parameters }

export const dynamodb: Samples = {
  CreateTable: {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'p', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-p',
        KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n'] },
      },
    ],
    Tags: [{ Key: 'k', Value: 'v' }],
  },
  UpdateTable: {
    TableName,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-p' } }],
    DeletionProtectionEnabled: false,
  },
  DeleteTable: { TableName },
  DescribeTable: { TableName: 'arn:aws:dynamodb:us-east-1:000000000000:table/target' },
  ListTables: { Limit: 1, ExclusiveStartTableName: 'a' },
  UpdateTimeToLive: { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'n' } },
  DescribeTimeToLive: { TableName },
  TagResource: {
    ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/target',
    Tags: [{ Key: 'k', Value: 'v' }],
  },
  ListTagsOfResource: { ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/target', NextToken: 'a' },
  UntagResource: { ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/target', TagKeys: ['k'] },
  PutItem: { ...write, Item, ...condition, ReturnValues: 'ALL_OLD' },
  GetItem: { TableName, Key, ProjectionExpression: '#n, l[0].x', ...names },
  UpdateItem: {
    ...write,
    Key,
    UpdateExpression: 'SET #n = if_not_exists(#n, :v) + :v, l[0] = :v REMOVE l[1]',
    ...condition,
    ReturnValues: 'UPDATED_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
  DeleteItem: { ...write, Key, ...condition },
  Query: {
    ...read,
    KeyConditionExpression: 'p = :p',
    FilterExpression: 'contains(#n, :v) AND size(l) BETWEEN :v AND :v',
    ...names,
    ExpressionAttributeValues: { ':v': { N: '1' }, ':p': { S: 'a' } },
    ScanIndexForward: false,
    Select: 'ALL_ATTRIBUTES',
  },
  Scan: { ...read, IndexName: 'by-p', FilterExpression: '#n IN (:v)', ...parameters, Segment: 0, TotalSegments: 2 },
  BatchGetItem: { RequestItems: { target: { Keys: [Key], ProjectionExpression: '#n', ...names } } },
  BatchWriteItem: {
    RequestItems: { target: [{ PutRequest: { Item } }, { DeleteRequest: { Key: { p: { S: 'z' } } } }] },
  },
  TransactGetItems: { TransactItems: [{ Get: { TableName, Key } }] },
  TransactWriteItems: {
    TransactItems: [
      { Put: { TableName, Item, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
      { Update: { TableName, Key: { p: { S: 'b' } }, UpdateExpression: 'ADD #n :v', ...parameters } },
      { ConditionCheck: { TableName, Key: { p: { S: 'c' } }, ConditionExpression: '#n = :v', ...parameters } },
      { Delete: { TableName, Key: { p: { S: 'd' } } } },
    ],
    ClientRequestToken: 'token',
  },
}
