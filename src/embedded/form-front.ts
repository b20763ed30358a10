import { answerQuery, type QueryProtocol } from './query-protocol.ts'
import type { Service } from './service.ts'

/** A service that can be spoken to in the query protocol. */
export interface QueryService extends Service {
  readonly query: QueryProtocol
}

const stsVersion = '2011-06-15'

/**
 * For forms sent to `/` by nobody in particular: neither path nor credential scope says which service they are for, so
 * their version and action have to.
 */
export function createFormFront({ sqs, sts }: { readonly sqs: QueryService; readonly sts: QueryService }): Service {
  function protocolOf(form: URLSearchParams): QueryProtocol {
    const action = form.get('Action') ?? ''
    const isSts = form.get('Version') === stsVersion || stsActions.test(action)
    return isSts ? sts.query : sqs.query
  }
  return { handle: (request) => answerQuery(request, protocolOf) }
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */
const stsActions = /^(AssumeRole\w*|AssumeRoot|DecodeAuthorizationMessage|Get(AccessKeyInfo|CallerIdentity|\w+Token))$/
