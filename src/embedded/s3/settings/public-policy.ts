import type { Statement } from './bucket-policy.ts'

/** Conditions that bind a statement to somebody, where their values are fixed. */
const narrowing = new Set(
  (
    'aws:sourcearn aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount aws:userid aws:principalarn ' +
    'aws:principalaccount aws:principalorgid aws:principalorgpaths aws:sourceip aws:sourceorgid ' +
    's3:x-amz-server-side-encryption-aws-kms-key-id s3:dataaccesspointarn s3:dataaccesspointaccount'
  ).split(' '),
)
const positive = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)$/
const everywhere = new Set(['0.0.0.0/0', '::/0'])

/**
 * Whether S3 calls the policy public: somebody unknown is allowed something, and no condition says who that may be.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublic(statements: readonly Statement[]): boolean {
  return statements.some(
    ({ isAllowed, principals, condition }) => isAllowed && principals.includes('*') && !isNarrowed(condition),
  )
}

function isNarrowed(condition: Statement['condition']): boolean {
  return Object.entries(condition).some(([operator, keys]) => {
    if (!positive.test(operator) || typeof keys !== 'object' || keys === null) return false
    return Object.entries(keys).some(([key, values]) => narrowing.has(key.toLowerCase()) && areFixed(values))
  })
}

function areFixed(values: unknown): boolean {
  const list: unknown[] = Array.isArray(values) ? values : [values]
  return list.every((value) => typeof value === 'string' && !/[*?]|\$\{/.test(value) && !everywhere.has(value))
}
