import { isObject } from '../is-object.ts'

const members = new Set(['Version', 'Id', 'Statement'])
const versions: unknown[] = ['2008-10-17', '2012-10-17', undefined]

/**
 * Whether a text is an access policy that AWS would store. Its members are checked, not what they permit.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies-access-policy-examples.html
 */
export function isPolicy(json: string): boolean {
  const policy = parsed(json)
  if (!isObject(policy) || !Object.keys(policy).every((name) => members.has(name))) return false
  if (!versions.includes(policy['Version'])) return false
  const statements = Array.isArray(policy['Statement']) ? (policy['Statement'] as unknown[]) : [policy['Statement']]
  return statements.length > 0 && statements.every(isStatement)
}

function isStatement(statement: unknown): boolean {
  if (!isObject(statement)) return false
  const has = (name: string): boolean => statement[name] !== undefined
  const isDecision = statement['Effect'] === 'Allow' || statement['Effect'] === 'Deny'
  return isDecision && (has('Action') || has('NotAction')) && (has('Principal') || has('NotPrincipal'))
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
