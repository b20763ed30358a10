import { type Condition, parseCondition } from './expressions/condition.ts'
import { readAttributesToGet, readFilter } from './expressions/legacy.ts'
import type { Placeholders } from './expressions/parameters.ts'
import { parseProjection, type Projection } from './expressions/projection.ts'

interface Input {
  readonly FilterExpression?: string
  readonly ProjectionExpression?: string
  readonly AttributesToGet?: readonly string[]
  readonly ConditionalOperator?: string
}

/** The parameter that FilterExpression has replaced: its value, and how messages name it. */
interface OlderFilter {
  readonly member: 'queryFilter' | 'scanFilter'
  readonly value: object | undefined
}

/** What Query and Scan let through of a page, and show of its items. Throws ValidationError or SerializationError. */
export function readPageExpressions(
  input: Input,
  older: OlderFilter,
  placeholders: Placeholders,
): { readonly filter: Condition | undefined; readonly projection: Projection | undefined } {
  const filter =
    input.FilterExpression === undefined
      ? older.value && readFilter(older.value, input.ConditionalOperator, older.member)
      : parseCondition('FilterExpression', input.FilterExpression, placeholders)
  const projection =
    input.ProjectionExpression === undefined
      ? input.AttributesToGet && readAttributesToGet(input.AttributesToGet)
      : parseProjection(input.ProjectionExpression, placeholders)
  return { filter, projection }
}
