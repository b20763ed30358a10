import type { EmbeddedClock } from '../clock.ts'
import { answerJson, JsonError, type JsonOperation, type JsonProtocol } from '../json-protocol.ts'
import type { Service } from '../service.ts'
import type { Store } from '../store.ts'
import type { SecretsContext } from './context.ts'
import { deletionOperations } from './deletion.ts'
import { listSecrets } from './list-secrets.ts'
import { notOffered } from './not-offered.ts'
import { getRandomPassword } from './random-password.ts'
import { policyOperations } from './resource-policy.ts'
import { secretOperations } from './secret-operations.ts'
import { valueOperations } from './value-operations.ts'
import { createVault, type SecretState } from './vault.ts'
import { versionOperations } from './version-operations.ts'
import { createVersions } from './versions.ts'

export interface Secrets extends Service {
  /** For `/_turnaround/state`. */
  state(): SecretState[]
}

const longestRequestBytes = 1024 * 1024

/**
 * AWS Secrets Manager without rotation and replication. A secret belongs to the account and the region of its maker.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html
 */
export function createSecrets({ store, clock }: { readonly store: Store; readonly clock: EmbeddedClock }): Secrets {
  const vault = createVault(store, clock)
  const context: SecretsContext = { store, clock, vault, versions: createVersions(store, clock) }
  const operations = new Map<string, JsonOperation>(
    Object.entries({
      ...secretOperations(context),
      ...valueOperations(context),
      ...versionOperations(context),
      ...listSecrets(context),
      ...deletionOperations(context),
      ...policyOperations(context),
      ...notOffered,
      GetRandomPassword: getRandomPassword,
    }),
  )
  const protocol: JsonProtocol = {
    service: 'secretsmanager',
    contentType: 'application/x-amz-json-1.1',
    limitBytes: longestRequestBytes,
    operations,
    // An ARN ends with six characters that are not the name's.
    resource: ({ SecretId, Name }) => (isArn(SecretId) ? SecretId.replace(/-\w{6}$/, '') : (SecretId ?? Name)),
    refusal: ({ kind, message, status }) =>
      kind === 'throttle'
        ? new JsonError(status ?? 400, 'ThrottlingException', message)
        : new JsonError(status ?? 500, 'InternalServiceError', message),
  }
  return { handle: (request) => answerJson(protocol, request), state: () => vault.state() }
}

function isArn(text: unknown): text is string {
  return typeof text === 'string' && text.startsWith('arn:')
}
