import { isBucketName } from './bucket-name.ts'
import type { Bucket } from './catalog.ts'
import { S3Error } from './errors.ts'
import { invalidArgument } from './invalid-argument.ts'
import { readNewBucketSettings } from './new-bucket-settings.ts'
import { ownerElement } from './owner.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context, type S3Request } from './s3-request.ts'
import { childText } from './xml-reader.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const defaultRegion = 'us-east-1'
const maxBuckets = 10_000

/**
 * Names are global. To create one's own bucket again is fine in us-east-1 and a conflict elsewhere.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export async function createBucket(context: S3Context, request: S3Request): Promise<void> {
  const { bucket: name, caller } = request
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', undefined, { BucketName: name })
  if (request.headers['x-amz-bucket-object-lock-enabled'] === 'true') throw new S3Error('NotImplemented')
  const { root } = await receiveDocument(request, 'CreateBucketConfiguration')
  const constraint = root === undefined ? undefined : childText(root, 'LocationConstraint')
  const region = readRegion(constraint ?? '', caller.region)
  const settings = readNewBucketSettings(request.headers)
  const existing = context.catalog.bucket(name)
  if (existing === undefined) {
    const createdAt = context.clock.now()
    context.catalog.transaction(() => {
      context.catalog.createBucket({ name, accountId: caller.accountId, region, createdAt, versioning: '' })
      for (const [setting, document] of settings) context.catalog.putSetting(name, setting, document)
    })
  } else {
    refuseExisting(existing, caller.accountId, region)
  }
  sendEmpty(request, 200, { location: `/${name}` })
}

export function headBucket(_: S3Context, request: BucketRequest): void {
  sendEmpty(request, 200, { 'x-amz-bucket-region': request.found.region, 'x-amz-access-point-alias': 'false' })
}

/** Open multipart uploads do not keep a bucket; their parts go with it. */
export function deleteBucket({ catalog, uploads, bodies }: S3Context, request: BucketRequest): void {
  bodies.transaction((change) => {
    catalog.deleteBucket(request.bucket)
    change.drop(uploads.removeAll(request.bucket))
  })
  sendEmpty(request, 204)
}

export function getBucketLocation(_: S3Context, request: BucketRequest): void {
  const { region } = request.found
  sendXml(
    request,
    region === defaultRegion ? xmlDocument('LocationConstraint') : xmlDocument('LocationConstraint', region),
  )
}

/** The caller's, of all regions. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(context: S3Context, request: S3Request): void {
  const { query, caller } = request
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const limit = readLimit(query.get('max-buckets'))
  const matching = context.catalog
    .buckets(caller.accountId)
    .filter(({ name, region }) => name.startsWith(prefix) && name > after && inRegion(region, query))
  const page = matching.slice(0, limit)
  const buckets = page.map(({ name, region, createdAt }) =>
    branch(
      'Bucket',
      leaf('Name', name),
      leaf('CreationDate', new Date(createdAt).toISOString()),
      leaf('BucketRegion', region),
      leaf('BucketArn', `arn:aws:s3:::${name}`),
    ),
  )
  const token = page.length < matching.length ? leaf('ContinuationToken', page[page.length - 1].name) : ''
  const echoed = prefix === '' ? '' : leaf('Prefix', prefix)
  const owner = ownerElement(caller.accountId)
  sendXml(request, xmlDocument('ListAllMyBucketsResult', owner, branch('Buckets', ...buckets), token, echoed))
}

function refuseExisting(existing: Bucket, accountId: string, region: string): void {
  const details = { BucketName: existing.name }
  if (existing.accountId !== accountId) throw new S3Error('BucketAlreadyExists', undefined, details)
  if (existing.region === defaultRegion && region === defaultRegion) return
  throw new S3Error('BucketAlreadyOwnedByYou', undefined, details)
}

function inRegion(region: string, query: URLSearchParams): boolean {
  const wanted = query.get('bucket-region')
  return wanted === null || wanted === region
}

function readLimit(text: string | null): number {
  if (text === null) return maxBuckets
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= maxBuckets) return limit
  throw invalidArgument(`max-buckets must be 1-${maxBuckets}`, 'max-buckets', text)
}

/**
 * us-east-1 makes buckets anywhere, and its own only without a constraint; other regions make their own, by name.
 * `endpointRegion` is the one the request was signed for.
 */
function readRegion(constraint: string, endpointRegion: string): string {
  const wanted = constraint === 'EU' ? 'eu-west-1' : constraint
  if (endpointRegion === defaultRegion) {
    if (wanted === '') return defaultRegion
    if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(wanted) && wanted !== defaultRegion) return wanted
    throw new S3Error('InvalidLocationConstraint', undefined, { LocationConstraint: constraint })
  }
  if (wanted === endpointRegion) return endpointRegion
  const what = constraint === '' ? 'unspecified' : constraint
  throw new S3Error(
    'IllegalLocationConstraintException',
    `The ${what} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}
