import { toList, toText } from '../values/json-types.ts'
import { invalid, ValidationError } from '../values/validation-error.ts'
import { createProjection, type Projection } from './projection.ts'

export { readExpected, readFilter, readKeyConditions } from './legacy-conditions.ts'
export { readAttributeUpdates } from './legacy-updates.ts'

/**
 * `AttributesToGet`, as it is sent: names of attributes, never paths.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributesToGet.html
 * Throws SerializationError or ValidationError.
 */
export function readAttributesToGet(raw: unknown): Projection {
  const names = toList(raw).map(toText)
  if (names.length === 0) {
    throw new ValidationError(
      "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    )
  }
  const repeated = names.find((name, i) => names.indexOf(name) < i)
  if (repeated !== undefined) throw invalid(`Duplicate value in attribute name: ${repeated}`)
  return createProjection(
    names.map((name) => [name]),
    (reason) => new Error(reason),
  )
}

/**
 * Refuses both kinds of parameters in one request, and placeholders without an expression, as DynamoDB does before it
 * reads any of them. `expressions` and `older` are the operation's members of either kind, in the order of the message.
 */
export function checkParameterKinds(
  input: object,
  { expressions, older }: { readonly expressions: readonly string[]; readonly older: readonly string[] },
): void {
  const isGiven = (member: string): boolean => (Reflect.get(input, member) ?? undefined) !== undefined
  const givenExpressions = expressions.filter(isGiven)
  // Key conditions of the older kind may go with a filter or projection of the newer.
  const both = isGiven('KeyConditions') && !isGiven('KeyConditionExpression') ? ['KeyConditions'] : []
  const givenOlder = older.filter((member) => isGiven(member) && !both.includes(member))
  if (givenExpressions.length > 0 && givenOlder.length > 0) {
    throw new ValidationError(
      'Can not use both expression and non-expression parameters in the same request: ' +
        `Non-expression parameters: {${givenOlder.join(', ')}} ` +
        `Expression parameters: {${givenExpressions.join(', ')}}`,
    )
  }
  if (isGiven('ExpressionAttributeNames') && givenExpressions.length === 0) {
    throw new ValidationError('ExpressionAttributeNames can only be specified when using expressions')
  }
  const takingValues = expressions.filter((member) => member !== 'ProjectionExpression')
  if (isGiven('ExpressionAttributeValues') && !takingValues.some(isGiven)) {
    throw new ValidationError(
      `ExpressionAttributeValues can only be specified when using expressions${absent(expressions, takingValues)}`,
    )
  }
}

/** The reading operations (those that can project) say which expressions are not there; the writing ones do not. */
function absent(expressions: readonly string[], takingValues: readonly string[]): string {
  if (!expressions.includes('ProjectionExpression') || takingValues.length === 0) return ''
  return `: ${takingValues.join(' and ')} ${takingValues.length > 1 ? 'are' : 'is'} null`
}
