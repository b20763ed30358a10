import type { EmbeddedClock } from '../clock.ts'
import { answerJson, JsonError, type JsonOperation, type JsonProtocol } from '../json-protocol.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import { secretOperations } from './operations.ts'
import { createVault } from './vault.ts'

const longestRequestBytes = 1024 * 1024

/**
 * AWS Secrets Manager: create, put, get, describe, list, delete, restore.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export function createSecrets({ store, clock }: { readonly store: Store; readonly clock: EmbeddedClock }): Service {
  const operations = new Map<string, JsonOperation>(
    Object.entries(secretOperations(store, clock, createVault(store, clock))),
  )
  const protocol: JsonProtocol = {
    service: 'secretsmanager',
    contentType: 'application/x-amz-json-1.1',
    limitBytes: longestRequestBytes,
    operations,
    resourceMembers: ['SecretId', 'Name'],
    refusal: ({ kind, message, status }) =>
      kind === 'throttle'
        ? new JsonError(status ?? 400, 'ThrottlingException', message)
        : new JsonError(status ?? 500, 'InternalServiceError', message),
  }
  return { handle: (request) => answerJson(protocol, request) }
}
