import type { Operations } from './context.ts'
import { SecretsError } from './errors.ts'

const why: Readonly<Record<string, string>> = {
  RotateSecret: 'rotation runs a Lambda function, and there are none here',
  CancelRotateSecret: 'there is no rotation here',
  ReplicateSecretToRegions: 'regions are worlds of their own here',
  RemoveRegionsFromReplication: 'there is no replication here',
  StopReplicationToReplica: 'there is no replication here',
}

/** What AWS has and the embedded Secrets Manager has not: refused by name, never done in part. */
export const notOffered: Operations = Object.fromEntries(
  Object.keys(why).map((name) => [
    name,
    () => {
      throw refusal(name, why[name])
    },
  ]),
)

/** For CreateSecret with replica regions. */
export function refuseReplication(): never {
  throw refusal('AddReplicaRegions', why['ReplicateSecretToRegions'])
}

function refusal(what: string, reason: string): SecretsError {
  return new SecretsError(
    'UnsupportedOperationException',
    `${what} is not offered by the embedded Secrets Manager: ${reason}.`,
  )
}
