import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from '../start.ts'
import { key } from './sign.ts'
import { startVerifying } from './start-verifying.ts'

const run = promisify(execFile)
const python = process.env['TURNAROUND_PYTHON'] ?? 'python3'
const hasBoto3 = spawnSync(python, ['-c', 'import boto3']).status === 0
const hasAwsCli = spawnSync('aws', ['--version']).status === 0
/** Nothing of whoever runs the tests: neither profiles nor variables. */
const environment = {
  PATH: process.env['PATH'],
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  HOME: process.env['HOME'],
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
}

const script = `
import boto3, io, json, sys, urllib.request
from botocore.config import Config
from botocore.exceptions import ClientError
def clients(**more):
    made = dict(endpoint_url=sys.argv[1], config=Config(retries={'total_max_attempts': 1}), **more)
    return [boto3.client(name, **made) for name in ('sqs', 's3', 'dynamodb', 'secretsmanager', 'sts')]
sqs, s3, dynamodb, secrets, sts = clients()
url = sqs.create_queue(QueueName='boto')['QueueUrl']
sqs.send_message(QueueUrl=url, MessageBody='h\\u00e9')
s3.create_bucket(Bucket='bucket')
key = "a key/with+all ~*'()\\u65e5.txt"
s3.put_object(Bucket='bucket', Key=key, Body=b'body', Metadata={'a': 'some  spaces'})
s3.upload_fileobj(io.BytesIO(b'x' * 9_000_000), 'bucket', 'large')
put = s3.generate_presigned_url('put_object', Params={'Bucket': 'bucket', 'Key': 'presigned', 'Metadata': {'a': 'b c'}, 'ContentType': 'text/plain'}, ExpiresIn=60)
urllib.request.urlopen(urllib.request.Request(put, data=b'by url', method='PUT', headers={'Content-Type': 'text/plain'})).read()
got = s3.generate_presigned_url('get_object', Params={'Bucket': 'bucket', 'Key': 'presigned'})
secrets.create_secret(Name='s', SecretString='kept')
codes = []
for client in (clients(aws_secret_access_key='wrong', aws_access_key_id='AKIDEXAMPLE'), clients(aws_access_key_id='AKIDOTHER', aws_secret_access_key='x')):
    for call in (client[0].list_queues, client[1].list_buckets, client[2].list_tables, client[3].list_secrets, client[4].get_caller_identity):
        try:
            call()
        except ClientError as error:
            codes.append(error.response['Error']['Code'])
print(json.dumps({
    'message': sqs.receive_message(QueueUrl=url)['Messages'][0]['Body'],
    'object': s3.get_object(Bucket='bucket', Key=key)['Body'].read().decode(),
    'large': s3.head_object(Bucket='bucket', Key='large')['ContentLength'],
    'keys': len(s3.list_objects_v2(Bucket='bucket', Prefix='', Delimiter='/')['Contents']),
    'presigned': urllib.request.urlopen(got).read().decode(),
    'secret': secrets.get_secret_value(SecretId='s')['SecretString'],
    'tables': dynamodb.list_tables()['TableNames'],
    'account': sts.get_caller_identity()['Account'],
    'codes': codes,
}))
`

test(
  'boto3 signs and presigns for all services',
  { skip: hasBoto3 ? false : `${python} with boto3 is not here` },
  async (t) => {
    const { endpoint } = await startVerifying(t)
    const { stdout } = await run(python, ['-c', script, endpoint], { timeout: 30_000, env: environment })
    assert.deepEqual(JSON.parse(stdout), {
      message: 'hé',
      object: 'body',
      large: 9_000_000,
      keys: 2,
      presigned: 'by url',
      secret: 'kept',
      tables: [],
      account: '111122223333',
      codes: [
        'SignatureDoesNotMatch',
        'SignatureDoesNotMatch',
        'InvalidSignatureException',
        'InvalidSignatureException',
        'SignatureDoesNotMatch',
        'InvalidClientTokenId',
        'InvalidAccessKeyId',
        'UnrecognizedClientException',
        'UnrecognizedClientException',
        'InvalidClientTokenId',
      ],
    })
  },
)

test(
  'the AWS CLI copies objects and presigns a URL',
  { skip: hasAwsCli ? false : 'the AWS CLI is not here' },
  async (t) => {
    const { endpoint } = await startVerifying(t)
    const aws = async (...args: string[]): Promise<string> => {
      const env = { ...environment, AWS_ENDPOINT_URL: endpoint }
      return (await run('aws', args, { timeout: 30_000, env })).stdout.trim()
    }
    const file = join(temporaryFolder(t), 'file.txt')
    writeFileSync(file, 'by the CLI')
    await aws('s3', 'mb', 's3://bucket')
    await aws('s3', 'cp', file, 's3://bucket/a file.txt')
    const url = await aws('s3', 'presign', 's3://bucket/a file.txt', '--expires-in', '60')
    assert.equal(await (await fetch(url)).text(), 'by the CLI')
    assert.equal((await fetch(url.replace('a%20file', 'other'))).status, 403)
  },
)
