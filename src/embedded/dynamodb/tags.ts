import type { JsonOperation } from '../json-protocol.ts'
import type { World } from '../identity.ts'
import { type DynamoDbContext, operation } from './context.ts'
import { DynamoDbError } from './errors.ts'
import { list, required, text } from './members.ts'
import type { Table } from './table.ts'
import { tags } from './table-members.ts'
import { invalid, ValidationError } from './values/validation-error.ts'

const mostTags = 50
const longestKey = 128
const longestValue = 256
const resourceArn = { ResourceArn: required(text({ min: 1, max: 1283 })) }

/** TagResource, UntagResource, ListTagsOfResource. */
export function tagOperations({ tables }: DynamoDbContext): Record<string, JsonOperation> {
  function find(world: World, arn: string): Table {
    if (!arn.startsWith('arn:')) throw invalid(`ARNs must start with 'arn:': ${arn}`)
    if (!/^arn:aws[a-z-]*:dynamodb:.+:\d+:table\/[^/]{2}[^/]+$/.test(arn)) {
      throw new ValidationError(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`)
    }
    const table = tables.find(world, arn)
    if (table !== undefined) return table
    throw new DynamoDbError('ResourceNotFoundException', `Requested resource not found: ResourcArn: ${arn} not found`)
  }

  return {
    TagResource: operation({ ...resourceArn, Tags: required(tags) }, ({ ResourceArn, Tags }, { caller }) => {
      if (Tags.length === 0) throw new ValidationError('Atleast one Tag needs to be provided as Input.')
      const table = find(caller, ResourceArn)
      tables.save(table, { ...table.definition, tags: readTags(Tags, table.definition.tags) })
    }),
    UntagResource: operation(
      { ...resourceArn, TagKeys: required(list(text())) },
      ({ ResourceArn, TagKeys }, { caller }) => {
        if (TagKeys.length === 0) throw new ValidationError('Atleast one Tag Key needs to be provided as Input.')
        const table = find(caller, ResourceArn)
        const left = Object.entries(table.definition.tags).filter(([key]) => !TagKeys.includes(key))
        tables.save(table, { ...table.definition, tags: Object.fromEntries(left) })
      },
    ),
    ListTagsOfResource: operation({ ...resourceArn, NextToken: text() }, ({ ResourceArn }, { caller }) => ({
      Tags: Object.entries(find(caller, ResourceArn).definition.tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  }
}

/** Adds to those there are; the later of one key counts only across requests. */
export function readTags(
  given: readonly { readonly Key?: string; readonly Value?: string }[],
  existing: Readonly<Record<string, string>>,
): Record<string, string> {
  const added = new Map<string, string>()
  for (const { Key: key = '', Value: value } of given) {
    if (key === '' || key.length > longestKey) throw new ValidationError(`The Tag Key provided is invalid, Key: ${key}`)
    if (value === undefined || value.length > longestValue) {
      throw new ValidationError(`The Tag Value provided is invalid, Value: ${value ?? 'null'}`)
    }
    if (key.startsWith('aws:')) throw new ValidationError(`Tag Key cannot be prefixed with aws:, Key: ${key}`)
    if (added.has(key)) {
      throw new ValidationError(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${key}`)
    }
    added.set(key, value)
  }
  const all = { ...existing, ...Object.fromEntries(added) }
  if (Object.keys(all).length > mostTags) {
    throw new ValidationError('Number of Tags exceed the current limit for the provided ResourceArn')
  }
  return all
}
