import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import test from 'node:test'
import { promisify } from 'node:util'
import { start } from './start.ts'

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0

const script = `
import boto3, sys, json
from botocore.exceptions import ClientError
made = dict(endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
sqs = boto3.client('sqs', **made)
url = sqs.create_queue(QueueName='boto')['QueueUrl']
sqs.send_message(QueueUrl=url, MessageBody='hé', MessageAttributes={'k': {'DataType': 'Binary', 'BinaryValue': b'\\x00\\xff'}})
message = sqs.receive_message(QueueUrl=url, MessageAttributeNames=['All'], WaitTimeSeconds=1)['Messages'][0]
sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])
try:
    sqs.get_queue_url(QueueName='missing')
except ClientError as error:
    code = error.response['Error']['Code']
secrets = boto3.client('secretsmanager', **made)
secrets.create_secret(Name='s', SecretBinary=b'\\x01\\x02')
dynamodb = boto3.client('dynamodb', **made)
try:
    dynamodb.describe_table(TableName='missing')
except dynamodb.exceptions.ResourceNotFoundException:
    table = 'missing'
print(json.dumps({
    'body': message['Body'],
    'attribute': list(message['MessageAttributes']['k']['BinaryValue']),
    'code': code,
    'secret': list(secrets.get_secret_value(SecretId='s')['SecretBinary']),
    'account': boto3.client('sts', **made).get_caller_identity()['Account'],
    'table': table,
}))
`

test('boto3 speaks to all services', { skip: hasBoto3 ? false : 'python3 with boto3 is not here' }, async (t) => {
  const { endpoint } = await start(t)
  const { stdout } = await promisify(execFile)('python3', ['-c', script, endpoint], { timeout: 30_000 })
  assert.deepEqual(JSON.parse(stdout), {
    body: 'hé',
    attribute: [0, 255],
    code: 'AWS.SimpleQueueService.NonExistentQueue',
    secret: [1, 2],
    account: '000000000000',
    table: 'missing',
  })
})
