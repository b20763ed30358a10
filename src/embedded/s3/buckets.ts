import { isBucketName } from './bucket-name.ts'
import { S3Error } from './errors.ts'
import { receiveDocument } from './receive-document.ts'
import { sendEmpty, sendXml, type BucketRequest, type S3Context, type S3Request } from './s3-request.ts'
import { childText } from './xml-reader.ts'
import { branch, leaf, xmlDocument } from './xml-writer.ts'

const defaultRegion = 'us-east-1'
const maxBuckets = 10_000

/**
 * Any region may be asked for. To create one's own bucket again is fine in us-east-1 and a conflict elsewhere.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export async function createBucket(context: S3Context, request: S3Request): Promise<void> {
  const { bucket: name } = request
  if (!isBucketName(name)) throw new S3Error('InvalidBucketName', undefined, { BucketName: name })
  if (request.headers['x-amz-bucket-object-lock-enabled'] === 'true') throw new S3Error('NotImplemented')
  const { root } = await receiveDocument(request.incoming, 'CreateBucketConfiguration')
  const region = readRegion(root === undefined ? undefined : childText(root, 'LocationConstraint'))
  const existing = context.catalog.bucket(name)
  if (existing === undefined) context.catalog.createBucket({ name, region, createdAt: context.clock.now() })
  else if (existing.region !== defaultRegion || region !== defaultRegion) {
    throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name })
  }
  sendEmpty(request, 200, { location: `/${name}` })
}

export function headBucket(_: S3Context, request: BucketRequest): void {
  sendEmpty(request, 200, { 'x-amz-bucket-region': request.found.region, 'x-amz-access-point-alias': 'false' })
}

export function deleteBucket(context: S3Context, request: BucketRequest): void {
  context.catalog.deleteBucket(request.bucket)
  sendEmpty(request, 204)
}

export function getBucketLocation(_: S3Context, request: BucketRequest): void {
  const { region } = request.found
  sendXml(
    request,
    region === defaultRegion ? xmlDocument('LocationConstraint') : xmlDocument('LocationConstraint', region),
  )
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(context: S3Context, request: S3Request): void {
  const { query } = request
  const prefix = query.get('prefix') ?? ''
  const after = query.get('continuation-token') ?? ''
  const limit = readLimit(query.get('max-buckets'))
  const matching = context.catalog
    .buckets()
    .filter(({ name, region }) => name.startsWith(prefix) && name > after && inRegion(region, query))
  const page = matching.slice(0, limit)
  const buckets = page.map(({ name, region, createdAt }) =>
    branch(
      'Bucket',
      leaf('Name', name),
      leaf('CreationDate', new Date(createdAt).toISOString()),
      leaf('BucketRegion', region),
    ),
  )
  const token = page.length < matching.length ? leaf('ContinuationToken', page[page.length - 1].name) : ''
  const owner = branch('Owner', leaf('ID', context.account), leaf('DisplayName', 'turnaround'))
  const echoed = prefix === '' ? '' : leaf('Prefix', prefix)
  sendXml(request, xmlDocument('ListAllMyBucketsResult', owner, branch('Buckets', ...buckets), token, echoed))
}

function inRegion(region: string, query: URLSearchParams): boolean {
  const wanted = query.get('bucket-region')
  return wanted === null || wanted === region
}

function readLimit(text: string | null): number {
  if (text === null) return maxBuckets
  const limit = Number(text)
  if (/^\d+$/.test(text) && limit >= 1 && limit <= maxBuckets) return limit
  throw new S3Error('InvalidArgument', `max-buckets must be 1-${maxBuckets}`, {
    ArgumentName: 'max-buckets',
    ArgumentValue: text,
  })
}

function readRegion(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '') return defaultRegion
  if (constraint === 'EU') return 'eu-west-1'
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(constraint) && constraint !== defaultRegion) return constraint
  throw new S3Error('InvalidLocationConstraint', undefined, { LocationConstraint: constraint })
}
