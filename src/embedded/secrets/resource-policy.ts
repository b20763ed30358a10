import { isObject } from '../is-object.ts'
import { boolean, string } from '../shape.ts'
import { findLiving, operation, type Operations, type SecretsContext } from './context.ts'
import { constraint, SecretsError } from './errors.ts'

const longestPolicy = 20_480

/**
 * Put-, Get-, Delete- and ValidateResourcePolicy. Policies are kept and told, not enforced.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
 */
export function policyOperations(context: SecretsContext): Operations {
  const { vault } = context
  return {
    PutResourcePolicy: operation(
      context,
      { SecretId: string, ResourcePolicy: string, BlockPublicPolicy: boolean },
      (input, world) => {
        const secret = findLiving(context, world, input.SecretId)
        const [fault] = faultsOf(input.ResourcePolicy)
        if (fault !== undefined) throw new SecretsError('MalformedPolicyDocumentException', fault.ErrorMessage)
        if (input.BlockPublicPolicy === true && isPublic(input.ResourcePolicy!)) {
          throw new SecretsError(
            'PublicPolicyException',
            'The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access ' +
              'to the secret.',
          )
        }
        vault.update(secret, { policy: input.ResourcePolicy! })
        return { ARN: secret.arn, Name: secret.name }
      },
    ),
    GetResourcePolicy: operation(context, { SecretId: string }, (input, world) => {
      const secret = findLiving(context, world, input.SecretId)
      return { ARN: secret.arn, Name: secret.name, ResourcePolicy: secret.policy ?? undefined }
    }),
    DeleteResourcePolicy: operation(context, { SecretId: string }, (input, world) => {
      const secret = findLiving(context, world, input.SecretId)
      vault.update(secret, { policy: null })
      return { ARN: secret.arn, Name: secret.name }
    }),
    ValidateResourcePolicy: operation(context, { SecretId: string, ResourcePolicy: string }, (input, world) => {
      if (input.SecretId !== undefined) findLiving(context, world, input.SecretId)
      const faults = faultsOf(input.ResourcePolicy)
      return { PolicyValidationPassed: faults.length === 0, ValidationErrors: faults }
    }),
  }
}

interface Fault {
  readonly CheckName: string
  readonly ErrorMessage: string
}

/** Throws ValidationException where there is no text to look at. */
function faultsOf(policy: string | undefined): readonly Fault[] {
  if (policy === undefined) throw constraint(policy, 'resourcePolicy', 'not be null')
  if (policy.length < 1 || policy.length > longestPolicy) {
    throw constraint(`(${policy.length} characters)`, 'resourcePolicy', `have length between 1 and ${longestPolicy}`)
  }
  const fault = (message: string): Fault[] => [{ CheckName: 'POLICY_SYNTAX', ErrorMessage: message }]
  let document: unknown
  try {
    document = JSON.parse(policy)
  } catch {
    return fault('This resource policy contains invalid Json.')
  }
  if (!isObject(document)) return fault('This resource policy is not a JSON object.')
  const statements = statementsOf(document)
  if (statements.length === 0 || !statements.every(isObject)) {
    return fault('This resource policy has no Statement, or one that is not a JSON object.')
  }
  const incomplete = statements.some(({ Effect }) => Effect !== 'Allow' && Effect !== 'Deny')
  return incomplete ? fault('This resource policy has a statement whose Effect is neither Allow nor Deny.') : []
}

function isPublic(policy: string): boolean {
  const statements = statementsOf(JSON.parse(policy) as Record<string, unknown>) as Record<string, unknown>[]
  return statements.some(({ Effect, Principal, Condition }) => {
    const aws = isObject(Principal) ? Principal['AWS'] : Principal
    const everybody = aws === '*' || (Array.isArray(aws) && aws.includes('*'))
    return Effect === 'Allow' && everybody && Condition === undefined
  })
}

function statementsOf({ Statement: statement }: Record<string, unknown>): unknown[] {
  if (statement === undefined) return []
  return Array.isArray(statement) ? (statement as unknown[]) : [statement]
}
