import { type FormMembers, type FormShape, formTree, integer, list, map, structure, text } from './form-shape.ts'

const attributeValue = structure(membersOf({ DataType: text, StringValue: text, BinaryValue: text }))

function membersOf(shapes: Readonly<Record<string, FormShape>>): FormMembers {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, { names: [name], shape }]))
}

/**
 * The parameters of all operations by the names they have in forms, and what each is called in JSON. No name means one
 * thing here and another there, so that one table does.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
 */
const requestMembers: FormMembers = new Map([
  ...membersOf({
    QueueUrl: text,
    QueueName: text,
    QueueNamePrefix: text,
    QueueOwnerAWSAccountId: text,
    NextToken: text,
    MaxResults: integer,
    Id: text,
    Label: text,
    MessageBody: text,
    DelaySeconds: integer,
    MessageGroupId: text,
    MessageDeduplicationId: text,
    ReceiptHandle: text,
    ReceiveRequestAttemptId: text,
    MaxNumberOfMessages: integer,
    VisibilityTimeout: integer,
    WaitTimeSeconds: integer,
    SourceArn: text,
    DestinationArn: text,
    MaxNumberOfMessagesPerSecond: integer,
    TaskHandle: text,
  }),
  ['AttributeName', { names: ['AttributeNames'], shape: list(text) }],
  ['MessageSystemAttributeName', { names: ['MessageSystemAttributeNames'], shape: list(text) }],
  ['MessageAttributeName', { names: ['MessageAttributeNames'], shape: list(text) }],
  ['TagKey', { names: ['TagKeys'], shape: list(text) }],
  ['AWSAccountId', { names: ['AWSAccountIds'], shape: list(text) }],
  ['ActionName', { names: ['Actions'], shape: list(text) }],
  ['Attribute', { names: ['Attributes'], shape: map('Name', 'Value', text) }],
  // CreateQueue says tags, TagQueue says Tags; neither looks at the other.
  ['Tag', { names: ['Tags', 'tags'], shape: map('Key', 'Value', text) }],
  ['MessageAttribute', { names: ['MessageAttributes'], shape: map('Name', 'Value', attributeValue) }],
  ['MessageSystemAttribute', { names: ['MessageSystemAttributes'], shape: map('Name', 'Value', attributeValue) }],
])

// An entry of a batch has what the operation without a batch has.
const entries = { names: ['Entries'], shape: list(structure(requestMembers)) }
const request = structure(
  new Map([
    ...requestMembers,
    ['SendMessageBatchRequestEntry', entries],
    ['DeleteMessageBatchRequestEntry', entries],
    ['ChangeMessageVisibilityBatchRequestEntry', entries],
  ]),
)

/** What the JSON protocol would have sent for this form. */
export function requestOf(form: URLSearchParams): Record<string, unknown> {
  return request(formTree(form)) as Record<string, unknown>
}
