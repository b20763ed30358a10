import { isObject } from '../../is-object.ts'
import { S3Error } from '../errors.ts'

/** One statement, its values as lists. */
export interface Statement {
  readonly isAllowed: boolean
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly condition: Readonly<Record<string, unknown>>
}

const maxBytes = 20 * 1024
const versions = new Set<unknown>(['2012-10-17', '2008-10-17', undefined])
const topLevel = new Set(['Version', 'Id', 'Statement'])
const principalKinds = new Set(['AWS', 'CanonicalUser', 'Federated', 'Service'])
const awsPrincipal =
  /^(\*|\d{12}|arn:aws[a-z-]*:(iam::\d{12}:(root|user\/.+|role\/.+)|sts::\d{12}:(assumed-role|federated-user)\/.+)|AIDA\w+|AROA\w+)$/
/** Actions whose resource is an object, beside those that say so. */
const objectAction =
  /^s3:(?!(Get|Put)Bucket)(.*Object|AbortMultipartUpload$|ListMultipartUploadParts$|BypassGovernanceRetention$|Replicate)/i

/**
 * Reads a bucket's policy as far as S3 checks it when it is put. It is kept, not enforced: nobody is anonymous here.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
 *
 * Throws S3Error MalformedPolicy in AWS's words.
 */
export function readPolicy(text: string, bucket: string): Statement[] {
  if (Buffer.byteLength(text) > maxBytes) {
    throw malformed('Policy exceeds the maximum allowed document size.')
  }
  const policy = parse(text)
  const unknown = Object.keys(policy).find((name) => !topLevel.has(name))
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`)
  if (!versions.has(policy['Version'])) throw malformed('The policy must contain a valid version string')
  const statements = policy['Statement']
  if (statements === undefined) throw malformed('Missing required field Statement')
  const list: unknown[] = Array.isArray(statements) ? statements : [statements]
  if (list.length === 0) throw malformed('Could not parse the policy: Statement is empty!')
  return list.map((statement) => readStatement(statement, bucket))
}

function parse(text: string): Record<string, unknown> {
  try {
    const policy: unknown = text.startsWith('{') ? JSON.parse(text) : undefined
    if (isObject(policy)) return policy
  } catch {
    // Answered below, as anything else that is no JSON object.
  }
  throw new S3Error('MalformedPolicy')
}

function readStatement(value: unknown, bucket: string): Statement {
  if (!isObject(value)) throw malformed('Statement is missing required element')
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition = {} } = value
  if (Effect === undefined) throw malformed('Missing required field Effect')
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Invalid effect: ${JSON.stringify(Effect)}`)
  if (Principal === undefined && NotPrincipal === undefined) throw malformed('Missing required field Principal')
  if ((Action ?? NotAction) === undefined || (Resource ?? NotResource) === undefined) {
    throw malformed('Statement is missing required element')
  }
  if (!isObject(Condition)) throw malformed('Could not parse the policy: Condition must be an object')
  const principals = readPrincipals(Principal ?? NotPrincipal)
  const actions = readList(Action ?? NotAction, 'Policy has invalid action')
  const resources = readList(Resource ?? NotResource, 'Policy has invalid resource')
  checkResources(resources, bucket)
  checkActions(actions, resources, bucket)
  return { isAllowed: Effect === 'Allow', principals, actions, resources, condition: Condition }
}

function readPrincipals(value: unknown): string[] {
  if (value === '*') return ['*']
  if (!isObject(value)) throw malformed('Invalid policy syntax.')
  return Object.entries(value).flatMap(([kind, names]) => {
    if (!principalKinds.has(kind)) throw malformed('Invalid policy syntax.')
    const list = readList(names, 'Invalid principal in policy')
    if (kind === 'AWS' && !list.every((name) => awsPrincipal.test(name))) throw malformed('Invalid principal in policy')
    return list
  })
}

function readList(value: unknown, message: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0 || !list.every((item) => typeof item === 'string')) throw malformed(message)
  return list
}

function checkResources(resources: readonly string[], bucket: string): void {
  const arn = /^arn:aws[a-z-]*:s3:::(?<name>[^/]+)(\/.+)?$/
  for (const resource of resources) {
    const name = arn.exec(resource)?.groups?.name
    // A variable or a wildcard may stand for the bucket.
    const isHere = resource === '*' || (name !== undefined && (name === bucket || wildcard(name).test(bucket)))
    if (!isHere) throw malformed('Policy has invalid resource')
  }
}

function checkActions(actions: readonly string[], resources: readonly string[], bucket: string): void {
  const toObjects = resources.some((resource) => resource.includes('/') || resource.includes('*'))
  const toBucket = resources.some(
    (resource) => !resource.includes('/') || wildcard(resource).test(`arn:aws:s3:::${bucket}`),
  )
  for (const action of actions) {
    if (action === '*' || action === 's3:*') continue
    if (!/^s3:[A-Za-z0-9*?]+$/i.test(action)) throw malformed('Policy has invalid action')
    const fits = action.includes('*') || (objectAction.test(action) ? toObjects : toBucket)
    if (!fits) throw malformed('Action does not apply to any resource(s) in statement')
  }
}

/** `*` and `?` as policies use them. */
function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

function malformed(message: string): S3Error {
  return new S3Error('MalformedPolicy', message)
}
