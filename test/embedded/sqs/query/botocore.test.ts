import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import test from 'node:test'
import { promisify } from 'node:util'
import { start } from '../../start.ts'

/**
 * A Python with boto3. One with botocore before 1.31.81, which speaks the query protocol by itself, can be named by
 * TURNAROUND_QUERY_PYTHON; to any later one the protocol is given back below.
 */
const python = process.env['TURNAROUND_QUERY_PYTHON'] ?? 'python3'
const hasBoto3 = spawnSync(python, ['-c', 'import boto3']).status === 0

const script = `
import boto3, botocore.loaders, json, sys
from botocore.exceptions import ClientError

# The names that SQS's model had for the query protocol, until it was changed to JSON.
lists = {
    'AttributeNameList': 'AttributeName', 'MessageSystemAttributeList': 'MessageSystemAttributeName',
    'MessageAttributeNameList': 'MessageAttributeName', 'TagKeyList': 'TagKey', 'AWSAccountIdList': 'AWSAccountId',
    'ActionNameList': 'ActionName', 'QueueUrlList': 'QueueUrl', 'MessageList': 'Message',
    'BatchResultErrorEntryList': 'BatchResultErrorEntry',
    'ListMessageMoveTasksResultEntryList': 'ListMessageMoveTasksResultEntry',
}
for name in ('SendMessageBatch', 'DeleteMessageBatch', 'ChangeMessageVisibilityBatch'):
    lists[name + 'RequestEntryList'] = name + 'RequestEntry'
    lists[name + 'ResultEntryList'] = name + 'ResultEntry'
maps = {
    'QueueAttributeMap': ('Attribute', 'Name', 'Value'), 'MessageSystemAttributeMap': ('Attribute', 'Name', 'Value'),
    'MessageBodyAttributeMap': ('MessageAttribute', 'Name', 'Value'),
    'MessageBodySystemAttributeMap': ('MessageSystemAttribute', 'Name', 'Value'), 'TagMap': ('Tag', 'Key', 'Value'),
}

def load(load_model):
    def loaded(self, service_name, type_name, api_version=None):
        model = load_model(self, service_name, type_name, api_version)
        if service_name != 'sqs' or type_name != 'service-2' or model['metadata']['protocol'] == 'query':
            return model
        model['metadata'].update(protocol='query', protocols=['query'])
        del model['metadata']['awsQueryCompatible']
        shapes = model['shapes']
        for shape, name in lists.items():
            shapes[shape]['member']['locationName'] = name
        for shape, (name, key, value) in maps.items():
            shapes[shape]['key']['locationName'] = key
            shapes[shape]['value']['locationName'] = value
        for shape in shapes.values():
            for member in shape.get('members', {}).values():
                if member['shape'] in maps:
                    member['locationName'] = maps[member['shape']][0]
        for name, operation in model['operations'].items():
            if 'output' in operation:
                operation['output']['resultWrapper'] = name + 'Result'
        return model
    return loaded

botocore.loaders.Loader.load_service_model = load(botocore.loaders.Loader.load_service_model)
sqs = boto3.client('sqs', endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')
bodies = []
sqs.meta.events.register('before-send.sqs.*', lambda request, **_: bodies.append(request.headers['Content-Type']))

dead = sqs.create_queue(QueueName='dead')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
policy = json.dumps({'deadLetterTargetArn': arn, 'maxReceiveCount': 1})
url = sqs.create_queue(QueueName='boto', Attributes={'RedrivePolicy': policy, 'VisibilityTimeout': '0'}, tags={'team': 'ops'})['QueueUrl']
sent = sqs.send_message(QueueUrl=url, MessageBody='h\\u00e9 <&>\\r\\n', MessageAttributes={
    'bytes': {'DataType': 'Binary', 'BinaryValue': b'\\x00\\xff'}, 'text': {'DataType': 'String', 'StringValue': 'v'}})
message = sqs.receive_message(QueueUrl=url, AttributeNames=['All'], MessageAttributeNames=['All'], WaitTimeSeconds=1)['Messages'][0]
sqs.delete_message(QueueUrl=url, ReceiptHandle=message['ReceiptHandle'])
batch = sqs.send_message_batch(QueueUrl=url, Entries=[
    {'Id': 'a', 'MessageBody': 'one'}, {'Id': 'b', 'MessageBody': 'bad', 'DelaySeconds': 901}])
sqs.receive_message(QueueUrl=url)
sqs.receive_message(QueueUrl=url)
sqs.add_permission(QueueUrl=url, Label='l', AWSAccountIds=['111111111111'], Actions=['SendMessage'])
codes, missing = [], None
for call in (
    lambda: sqs.get_queue_url(QueueName='missing'),
    lambda: sqs.send_message_batch(QueueUrl=url, Entries=[{'Id': 'a', 'MessageBody': 'x'}, {'Id': 'a', 'MessageBody': 'x'}]),
    lambda: sqs.create_queue(QueueName='boto', Attributes={'VisibilityTimeout': '1'}),
):
    try:
        call()
    except ClientError as error:
        codes.append(error.response['Error']['Code'])
        missing = missing or error.response['Error']['Message']
started = 'not in this boto3'
if hasattr(sqs, 'start_message_move_task'):
    sqs.start_message_move_task(SourceArn=arn)
    started = sqs.list_message_move_tasks(SourceArn=arn)['Results'][0]['ApproximateNumberOfMessagesMoved']
print(json.dumps({
    'contentTypes': sorted({b.decode() if isinstance(b, bytes) else b for b in bodies}),
    'body': message['Body'], 'sameMd5': sent['MD5OfMessageAttributes'] == message['MD5OfMessageAttributes'],
    'bytes': list(message['MessageAttributes']['bytes']['BinaryValue']),
    'text': message['MessageAttributes']['text']['StringValue'],
    'count': message['Attributes']['ApproximateReceiveCount'],
    'successful': [one['Id'] for one in batch['Successful']],
    'failed': [(one['Id'], one['SenderFault'], one['Code']) for one in batch['Failed']],
    'queues': len(sqs.list_queues()['QueueUrls']),
    'sources': len(sqs.list_dead_letter_source_queues(QueueUrl=dead)['queueUrls']),
    'tags': sqs.list_queue_tags(QueueUrl=url)['Tags'],
    'codes': codes, 'missing': missing, 'moved': started,
}))
`

test(
  'boto3 speaks the query protocol to SQS',
  { skip: hasBoto3 ? false : `${python} with boto3 is not here` },
  async (t) => {
    const { endpoint } = await start(t)
    const { stdout } = await promisify(execFile)(python, ['-c', script, endpoint], { timeout: 30_000 })
    assert.deepEqual(JSON.parse(stdout), {
      contentTypes: ['application/x-www-form-urlencoded; charset=utf-8'],
      body: 'hé <&>\r\n',
      sameMd5: true,
      bytes: [0, 255],
      text: 'v',
      count: '1',
      successful: ['a'],
      failed: [['b', true, 'InvalidParameterValue']],
      queues: 2,
      sources: 1,
      tags: { team: 'ops' },
      codes: [
        'AWS.SimpleQueueService.NonExistentQueue',
        'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
        'QueueAlreadyExists',
      ],
      missing: 'The specified queue does not exist for this wsdl version.',
      moved: 1,
    })
  },
)
