import { checkParameterKinds, readAttributesToGet } from './expressions/legacy.ts'
import { createPlaceholders } from './expressions/parameters.ts'
import { parseProjection, type Projection } from './expressions/projection.ts'
import { list, text, untyped } from './members.ts'

/** What GetItem, BatchGetItem and TransactGetItems say about what they want of an item. */
export const projectionMembers = {
  ProjectionExpression: text(),
  ExpressionAttributeNames: untyped('java.lang.String'),
}

export const attributesToGet = list(text(), { min: 1, max: 255 })

interface Input {
  readonly ProjectionExpression?: string
  readonly ExpressionAttributeNames?: object
  readonly AttributesToGet?: readonly string[]
}

/** Undefined: the whole item. Throws ValidationError. */
export function readProjection(input: Input): Projection | undefined {
  checkParameterKinds(input, { expressions: ['ProjectionExpression'], older: ['AttributesToGet'] })
  if (input.AttributesToGet !== undefined) return readAttributesToGet(input.AttributesToGet)
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, undefined)
  const { ProjectionExpression: expression } = input
  const projection = expression === undefined ? undefined : parseProjection(expression, placeholders)
  placeholders.finish()
  return projection
}
