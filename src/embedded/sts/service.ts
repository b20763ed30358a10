import type { QueryService } from '../form-front.ts'
import type { Caller } from '../identity.ts'
import { JsonError } from '../json-protocol.ts'
import { answerQuery, type QueryProtocol } from '../query-protocol.ts'
import { textElement } from '../query-xml.ts'

/**
 * Security Token Service, GetCallerIdentity alone: enough to learn the account that the credentials stand for.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createSts(): QueryService {
  const query: QueryProtocol = {
    service: 'sts',
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operation(action, _form, { caller }) {
      if (action !== 'GetCallerIdentity') throw notOffered(action)
      return { resource: '', run: () => identityOf(caller) }
    },
    refusal: ({ kind, message, status }) =>
      kind === 'throttle'
        ? new JsonError(status ?? 400, 'Throttling', message)
        : new JsonError(status ?? 500, 'InternalFailure', message),
    message: ({ message }) => message,
  }
  return { query, handle: (request) => answerQuery(request, () => query) }
}

/** Every caller is its account's root user: there are no users and roles here. */
function identityOf({ accountId }: Caller): string {
  return (
    textElement('Arn', `arn:aws:iam::${accountId}:root`) +
    textElement('UserId', accountId) +
    textElement('Account', accountId)
  )
}

function notOffered(action: string): JsonError {
  return new JsonError(
    400,
    'InvalidAction',
    `Could not find operation ${action}: the embedded STS answers GetCallerIdentity alone.`,
  )
}
