import { arnOf } from '../identity.ts'
import { boolean, integer, string } from '../shape.ts'
import { checkSecretId } from './checks.ts'
import { findSecret, operation, type Operations, type SecretsContext } from './context.ts'
import { SecretsError } from './errors.ts'
import { dayMs, suffix } from './vault.ts'

const defaultDays = 30

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html and API_RestoreSecret.html */
export function deletionOperations(context: SecretsContext): Operations {
  const { vault, clock } = context
  return {
    DeleteSecret: operation(
      context,
      { SecretId: string, RecoveryWindowInDays: integer, ForceDeleteWithoutRecovery: boolean },
      ({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force = false }, world) => {
        checkWindow(days, force)
        const nowMs = clock.now()
        if (force) {
          const name = checkSecretId(SecretId)
          const found = vault.find(world, name)
          if (found !== undefined) vault.remove(found)
          // AWS answers a forced delete of what is not there as if it had been.
          const arn =
            found?.arn ??
            (name.startsWith('arn:') ? name : arnOf(world, 'secretsmanager', `secret:${name}-${suffix()}`))
          return { ARN: arn, Name: found?.name ?? name, DeletionDate: nowMs / 1000 }
        }
        const secret = findSecret(context, world, SecretId)
        if (secret.deletedMs !== null) {
          throw new SecretsError(
            'InvalidRequestException',
            "You can't perform this operation on the secret because it was already scheduled for deletion.",
          )
        }
        const purgeMs = nowMs + (days ?? defaultDays) * dayMs
        vault.setDeleted(secret, nowMs, purgeMs)
        return { ARN: secret.arn, Name: secret.name, DeletionDate: purgeMs / 1000 }
      },
    ),
    RestoreSecret: operation(context, { SecretId: string }, (input, world) => {
      const secret = findSecret(context, world, input.SecretId)
      vault.setDeleted(secret, null, null)
      return { ARN: secret.arn, Name: secret.name }
    }),
  }
}

function checkWindow(days: number | undefined, force: boolean): void {
  if (force && days !== undefined) {
    throw new SecretsError(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  }
  if (days !== undefined && (days < 7 || days > 30)) {
    throw new SecretsError(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    )
  }
}
