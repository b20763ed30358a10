import { hash } from 'node:crypto'
import fc from 'fast-check'
import { type Attack, type Header, type HttpRequest, headerText, sent } from '../attack.ts'
import { awkwardText, garble, garbling } from '../awkward.ts'
import { documents } from './s3-documents.ts'
import { chunkedBody } from './aws-chunked.ts'

const percent = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll('%2F', '/')

/** As it would stand on a request line: encoded, or already looking as if it were. */
const awkwardName = fc
  .tuple(awkwardText, fc.boolean())
  .map(([text, isRaw]) =>
    (isRaw && /^[!-~]*$/.test(text) ? text.replaceAll(/[?#]/g, '_') : percent(text)).slice(0, 6000),
  )

const bucket = fc.oneof({ weight: 5, arbitrary: fc.constant('target') }, { weight: 1, arbitrary: awkwardName })
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', '/', '/a', '/a/b', '/many/parts') },
  { weight: 3, arbitrary: awkwardName.map((name) => `/${name}`) },
)

const subresource = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...['acl', 'attributes', 'cors', 'delete', 'encryption', 'lifecycle', 'list-type=2', 'location', 'logging'],
      ...[
        'notification',
        'policy',
        'policyStatus',
        'publicAccessBlock',
        'tagging',
        'uploads',
        'versioning',
        'versions',
      ],
      ...[
        'website',
        'ownershipControls',
        'replication',
        'torrent',
        'select&select-type=2',
        'accelerate',
        'object-lock',
      ],
      ...['requestPayment', 'restore', 'intelligent-tiering&id=a', 'partNumber=1', 'versionId=null', 'uploadId=x'],
    ),
  },
)
const parameter = fc.oneof(
  fc.constantFrom(
    ...['uploadId', 'partNumber', 'versionId', 'prefix', 'delimiter', 'marker', 'start-after', 'continuation-token'],
    ...['max-keys', 'max-parts', 'part-number-marker', 'key-marker', 'version-id-marker', 'encoding-type', 'x-id'],
    ...['response-content-type', 'response-cache-control', 'fetch-owner', 'list-type', 'X-Amz-Signature'],
    ...['X-Amz-Expires', 'X-Amz-Date', 'X-Amz-Credential', 'X-Amz-Algorithm', 'upload-id-marker', 'max-uploads'],
  ),
  awkwardText,
)
const query = fc
  .tuple(subresource, fc.array(fc.tuple(parameter, awkwardText), { maxLength: 2 }))
  .map(([first, more]) => [first, ...more.map((pair) => pair.map(percent).join('='))].filter((part) => part !== ''))
  .map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`.slice(0, 8000)))

const knownHeaders: Header[] = [
  ['range', 'bytes=0-4'],
  ['range', 'bytes=-0'],
  ['range', 'bytes=99999999999999999999-'],
  ['if-match', '*'],
  ['if-none-match', '*'],
  ['if-modified-since', 'yesterday'],
  ['if-unmodified-since', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['content-md5', 'AAAA'],
  ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
  ['x-amz-content-sha256', 'ff'],
  ['x-amz-checksum-crc32', 'AAAAAA=='],
  ['x-amz-checksum-crc64nvme', '*'],
  ['x-amz-sdk-checksum-algorithm', 'SHA256'],
  ['x-amz-checksum-algorithm', 'MD5'],
  ['x-amz-checksum-mode', 'ENABLED'],
  ['x-amz-checksum-type', 'FULL_OBJECT'],
  ['x-amz-copy-source', '/target/a'],
  ['x-amz-copy-source', 'target/%2e%2e/%2e%2e/a?versionId=x'],
  ['x-amz-copy-source', '%ff'],
  ['x-amz-copy-source-range', 'bytes=9-1'],
  ['x-amz-copy-source-if-match', '"x"'],
  ['x-amz-metadata-directive', 'REPLACE'],
  ['x-amz-tagging', 'a=b&a=c'],
  ['x-amz-tagging-directive', '?'],
  ['x-amz-acl', 'public-read'],
  ['x-amz-grant-read', 'id='],
  ['x-amz-storage-class', 'ICE'],
  ['x-amz-server-side-encryption', 'aws:kms'],
  ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
  ['x-amz-expected-bucket-owner', '1'],
  ['x-amz-website-redirect-location', 'x'],
  ['x-amz-object-ownership', 'x'],
  ['x-amz-bucket-region', 'x'],
  ['x-amz-object-attributes', 'ETag,ObjectParts,,x'],
  ['x-amz-max-parts', '-1'],
  ['x-amz-part-number-marker', '1e9'],
  ['x-amz-mp-object-size', '-1'],
  ['origin', 'http://localhost'],
  ['access-control-request-method', 'PUT'],
  ['content-encoding', 'aws-chunked,gzip'],
  ['cache-control', 'x'],
  ['expires', 'x'],
  ['expect', '100-continue'],
  ['content-type', 'text/plain'],
  ['content-length', '0'],
]
const headers = fc
  .tuple(
    fc.subarray(knownHeaders, { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom('x-amz-meta-a', 'x-amz-meta-A', 'range', 'if-match', 'host'), awkwardText), {
      maxLength: 1,
    }),
  )
  .map(([known, odd]): Header[] => [
    ...known.filter(([name]) => name !== 'content-length'),
    // A Host that is none is refused by HTTP: another generator's business.
    ...odd.map(([name, text]): Header => [
      name,
      name === 'host' ? 'target.s3.localhost' : headerText(text).slice(0, 9000),
    ]),
  ])

const method = fc.constantFrom('GET', 'PUT', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH')

function request(how: string, target: string, all: readonly Header[], body: Buffer | string): HttpRequest {
  return { what: `s3 ${how} ${target.slice(0, 120)}`, speaks: 's3', method: how, target, headers: all, body }
}

const anything = fc
  .tuple(method, bucket, key, query, headers, fc.constantFrom('', 'body', 'x'.repeat(70_000)))
  .map(([how, name, at, asked, all, body]) => request(how, `/${name}${at}${asked}`, all, body))

/** Settings and lists: documents that are right, spoiled or something else. */
const document = fc
  .tuple(fc.constantFrom(...documents), fc.option(garbling), fc.option(fc.constantFrom(...documents)), fc.boolean())
  .map(([{ how, at, xml }, how2, other, isHashed]) => {
    const text = Buffer.from(other?.xml ?? xml)
    const body = how2 === null ? text : garble(text, how2)
    return request(how, at, isHashed ? [['content-md5', hash('md5', body, 'base64')]] : [], body)
  })

const chunked = fc
  .tuple(key, chunkedBody)
  .map(([at, { headers: all, body }]) => request('PUT', `/target${at === '' || at === '/' ? '/c' : at}`, all, body))

/** Requests to S3 whose HTTP is right. */
export const s3Attack: fc.Arbitrary<Attack> = sent(
  fc.oneof({ weight: 5, arbitrary: anything }, { weight: 3, arbitrary: document }, { weight: 2, arbitrary: chunked }),
)
