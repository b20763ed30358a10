import { flag, list, required, structure, text, whole } from './members.ts'
import { ValidationError } from './values/validation-error.ts'

/** Members that several table operations have, with AWS's rules. */

const namePattern = '[a-zA-Z0-9_.-]+'
const arnPrefix = 'arn:'

/** Of the keys of a map by table. */
export const tableNames = { min: 3, max: 255, pattern: namePattern }

/** Of operations on items. A table's ARN will do as well. */
export const tableName = required(withoutArns(text(tableNames)))

export const indexName = text({ pattern: namePattern, min: 3, max: 255 })

/** Of operations on tables, whose name AWS checks before anything else: see `checkTableName`. */
export const managedTableName = withoutArns(text({ pattern: namePattern }))

export function checkTableName({ TableName: name }: { readonly TableName?: string }): void {
  if (name === undefined) {
    throw new ValidationError("The parameter 'TableName' is required but was not present in the request")
  }
  if (!name.startsWith(arnPrefix) && (name.length < 3 || name.length > 255)) {
    throw new ValidationError('TableName must be at least 3 characters long and at most 255 characters long')
  }
}

function withoutArns<M extends ReturnType<typeof text>>(member: M): M {
  return {
    ...member,
    check(value, at, complaints) {
      if (!value.startsWith(arnPrefix)) member.check(value, at, complaints)
    },
  }
}

export const attributeDefinitions = list(
  structure(
    {
      AttributeName: required(text({ min: 1, max: 255 })),
      AttributeType: required(text({ values: ['B', 'N', 'S'] })),
    },
    'AttributeDefinition',
  ),
)

export const keySchema = list(
  structure(
    {
      AttributeName: required(text({ min: 1, max: 255 })),
      KeyType: required(text({ values: ['HASH', 'RANGE'] })),
    },
    'KeySchemaElement',
  ),
  { min: 1, max: 2 },
)

export const provisionedThroughput = structure(
  {
    ReadCapacityUnits: required(whole({ min: 1 }, 'Long')),
    WriteCapacityUnits: required(whole({ min: 1 }, 'Long')),
  },
  'ProvisionedThroughput',
)

export const onDemandThroughput = structure(
  { MaxReadRequestUnits: whole({}, 'Long'), MaxWriteRequestUnits: whole({}, 'Long') },
  'OnDemandThroughput',
)

export const projection = structure(
  {
    ProjectionType: text({ values: ['ALL', 'INCLUDE', 'KEYS_ONLY'] }),
    NonKeyAttributes: list(text({ min: 1, max: 255 }), { min: 1, max: 20 }),
  },
  'Projection',
)

export const localIndex = structure(
  {
    IndexName: required(indexName),
    KeySchema: required(keySchema),
    Projection: required(projection),
  },
  'LocalSecondaryIndex',
)

export const globalIndex = structure(
  {
    IndexName: required(indexName),
    KeySchema: required(keySchema),
    Projection: required(projection),
    ProvisionedThroughput: provisionedThroughput,
    OnDemandThroughput: onDemandThroughput,
  },
  'GlobalSecondaryIndex',
)

export const billingMode = text({ values: ['PROVISIONED', 'PAY_PER_REQUEST'] })

export const sseSpecification = structure(
  { Enabled: flag, SSEType: text({ values: ['AES256', 'KMS'] }), KMSMasterKeyId: text() },
  'SSESpecification',
)

export const streamSpecification = structure(
  { StreamEnabled: required(flag), StreamViewType: text() },
  'StreamSpecification',
)

export const tags = list(structure({ Key: text(), Value: text() }, 'Tag'))
