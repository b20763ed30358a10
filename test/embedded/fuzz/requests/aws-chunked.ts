import fc from 'fast-check'
import type { Header } from '../attack.ts'
import { awkwardText, garble, garbling } from '../awkward.ts'

export interface ChunkedBody {
  readonly headers: readonly Header[]
  readonly body: Buffer
}

const sizes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(1, 8191, 8192, 20_000) },
  { weight: 1, arbitrary: fc.constantFrom(0, 65_536) },
)
/** What is said of a chunk's size where it is not the truth. */
const lies = fc.constantFrom(
  '',
  'g',
  '-1',
  '0x10',
  'ffffffffffff',
  'fffffffffffff',
  '00000000000001',
  ' 1',
  '1 ',
  '1;',
  '1;a=b',
)
const trailer = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    'x-amz-checksum-crc32:AAAAAA==\r\n',
    'x-amz-checksum-crc32:*\r\n',
    'no colon\r\n',
    'a:b\r\n'.repeat(20),
  ),
  awkwardText.map((text) => `x-amz-meta-a:${text.slice(0, 10_000)}\r\n`),
)
const declared = fc.constantFrom('', '-1', '0', '1', '20000', '99999999999999999999', 'x', '1e3')
const marker = fc.constantFrom(
  ...['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
  ...['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'STREAMING-', 'UNSIGNED-PAYLOAD'],
)

/** Bodies in S3's own framing: right, or wrong in sizes, lengths, trailers or anywhere. */
export const chunkedBody: fc.Arbitrary<ChunkedBody> = fc
  .tuple(fc.array(sizes, { maxLength: 3 }), fc.option(lies), trailer, fc.option(declared), marker, fc.option(garbling))
  .map(([lengths, lie, trailers, length, sha256, how]): ChunkedBody => {
    const chunks = lengths.map((size, i) => {
      const said = i === 0 && lie !== null ? lie : `${size.toString(16)};chunk-signature=${'0'.repeat(64)}`
      return `${said}\r\n${'c'.repeat(size)}\r\n`
    })
    const whole = Buffer.from(`${chunks.join('')}0\r\n${trailers}\r\n`)
    const bytes = lengths.reduce<number>((sum, size) => sum + size, 0)
    return {
      headers: [
        ['content-encoding', 'aws-chunked'],
        ['x-amz-content-sha256', sha256],
        ['x-amz-decoded-content-length', length ?? String(bytes)],
        ['x-amz-trailer', trailers === '' ? '' : trailers.split(':', 1)[0].replaceAll(/[^a-z0-9-]/g, '')],
      ],
      body: how === null ? whole : garble(whole, how),
    }
  })
