import { S3Error } from '../errors.ts'
import { invalidArgument } from '../invalid-argument.ts'
import { many, optional, required, structure, text, type InferXml } from '../xml-shape.ts'
import type { BucketSetting } from './bucket-setting.ts'

const redirect = structure({
  HostName: optional(text),
  HttpRedirectCode: optional(text),
  Protocol: optional(text),
  ReplaceKeyPrefixWith: optional(text),
  ReplaceKeyWith: optional(text),
})
const condition = structure({ HttpErrorCodeReturnedEquals: optional(text), KeyPrefixEquals: optional(text) })
const rule = structure({ Condition: optional(condition), Redirect: required(redirect) })
const shape = structure({
  ErrorDocument: optional(structure({ Key: required(text) })),
  IndexDocument: optional(structure({ Suffix: required(text) })),
  RedirectAllRequestsTo: optional(structure({ HostName: required(text), Protocol: optional(text) })),
  RoutingRules: optional(structure({ RoutingRule: many(rule, 1, 50) })),
})

type Website = InferXml<typeof shape>

/**
 * Kept and given back; there are no website endpoints here.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html
 */
export const website: BucketSetting<Website> = {
  name: 'website',
  root: 'WebsiteConfiguration',
  shape,
  missing: 'NoSuchWebsiteConfiguration',
  putStatus: 200,
  check(value) {
    if (value.RedirectAllRequestsTo === undefined) checkDocuments(value)
    else checkRedirectAll(value)
    return value
  },
}

function checkRedirectAll(value: Website): void {
  checkProtocol(value.RedirectAllRequestsTo?.Protocol)
  if (Object.values(value).filter((part) => part !== undefined).length === 1) return
  const message = 'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.'
  throw invalidArgument(message, 'RedirectAllRequestsTo', 'not null')
}

function checkDocuments({ IndexDocument, ErrorDocument, RoutingRules }: Website): void {
  if (IndexDocument === undefined) {
    const message = 'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty'
    throw invalidArgument(message, 'IndexDocument', 'null')
  }
  const { Suffix: suffix } = IndexDocument
  if (suffix === '' || suffix.includes('/')) {
    throw invalidArgument('The IndexDocument Suffix is not well formed', 'IndexDocument', suffix)
  }
  if (ErrorDocument?.Key === '') throw new S3Error('MalformedXML')
  for (const { Condition, Redirect } of RoutingRules?.RoutingRule ?? []) {
    if (Redirect.ReplaceKeyPrefixWith !== undefined && Redirect.ReplaceKeyWith !== undefined) {
      throw invalid('You can only define ReplaceKeyPrefix or ReplaceKey but not both.')
    }
    if (Condition !== undefined && Object.values(Condition).every((part) => part === undefined)) {
      throw invalid(
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
      )
    }
    checkProtocol(Redirect.Protocol)
  }
}

function checkProtocol(protocol: string | undefined): void {
  if (protocol === undefined || protocol === 'http' || protocol === 'https') return
  throw invalid(
    'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
  )
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', message)
}
