import type { EmbeddedClock } from '../clock.ts'
import type { World } from '../identity.ts'
import type { JsonOperation } from '../json-protocol.ts'
import { type Members, type Structure, structure } from '../shape.ts'
import type { Store } from '../store.ts'
import { checkSecretId } from './checks.ts'
import { SecretsError } from './errors.ts'
import type { Secret, Vault } from './vault.ts'
import type { Versions } from './versions.ts'

/** What every operation works with. */
export interface SecretsContext {
  readonly store: Store
  readonly clock: EmbeddedClock
  readonly vault: Vault
  readonly versions: Versions
}

/** By AWS's name. */
export type Operations = Readonly<Record<string, JsonOperation>>

/** An operation that checks its members' types and runs in one transaction, for the world of its caller. */
export function operation<const M extends Members>(
  { store, vault }: SecretsContext,
  members: M,
  run: (input: Structure<M>, world: World) => unknown,
): JsonOperation {
  const shape = structure(members)
  return (raw, { caller }) => {
    const input = shape(raw, '')
    return store.transaction(() => {
      vault.purge()
      return run(input, caller)
    })
  }
}

/** Throws ResourceNotFoundException; finds those marked deleted as well. */
export function findSecret({ vault }: SecretsContext, world: World, secretId: string | undefined): Secret {
  const secret = vault.find(world, checkSecretId(secretId))
  if (secret === undefined) {
    throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }
  return secret
}

/** Throws ResourceNotFoundException, or InvalidRequestException where the secret is marked deleted. */
export function findLiving(context: SecretsContext, world: World, secretId: string | undefined): Secret {
  const secret = findSecret(context, world, secretId)
  if (secret.deletedMs !== null) {
    throw new SecretsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    )
  }
  return secret
}
