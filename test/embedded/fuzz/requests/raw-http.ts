import fc from 'fast-check'
import { type Attack, splits, type Ending } from '../attack.ts'
import { awkwardText, garble, garbling } from '../awkward.ts'
import { jsonAttack } from './json.ts'
import { queryAttack } from './query.ts'
import { s3Attack } from './s3.ts'

/** Nobody waits for the end of what may be no request: the client says that it is done, or goes. */
const endings = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Ending>('half-close') },
  { weight: 1, arbitrary: fc.constant<Ending>('go away') },
)

function raw(what: string, bytes: fc.Arbitrary<Buffer | string>): fc.Arbitrary<Attack> {
  return fc
    .tuple(bytes, endings, splits)
    .map(([all, ending, splitAt]) => ({ what, speaks: 'any', bytes: Buffer.from(all), ending, splitAt }))
}

const request = fc.oneof(jsonAttack, queryAttack, s3Attack).map(({ bytes }) => bytes)

/** Requests with some bytes changed, anywhere. */
const garbled = raw(
  'garbled HTTP',
  fc.tuple(request, garbling).map(([bytes, how]) => garble(bytes, how)),
)

/** Several requests at once, the last of them perhaps not whole. */
const pipelined = raw(
  'pipelined HTTP',
  fc.tuple(fc.array(request, { minLength: 2, maxLength: 3 }), garbling).map(([all, how]) => {
    const whole = all.map((bytes) =>
      Buffer.from(bytes.toString('latin1').replace('connection: close\r\n', ''), 'latin1'),
    )
    return Buffer.concat([...whole.slice(0, -1), garble(whole.at(-1)!, how)])
  }),
)

const line = (headers: string, body = ''): string =>
  `PUT /target/raw HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n\r\n${body}`
const json = 'x-amz-target: AmazonSQS.ListQueues\r\ncontent-type: application/x-amz-json-1.0'

const framing = raw(
  'HTTP framing',
  fc.constantFrom(
    ...[
      'xyz\r\nabc\r\n',
      '-1\r\n',
      'ffffffffffffffffff\r\nabc',
      '3\r\nabcdef\r\n0\r\n\r\n',
      '3;\0\r\nabc\r\n0\r\n\r\n',
    ].map((body) => line('transfer-encoding: chunked', body)),
    line('transfer-encoding: chunked', `1;${'e'.repeat(20_000)}\r\na\r\n0\r\n\r\n`),
    line('transfer-encoding: chunked', `0\r\n${'t: a\r\n'.repeat(5000)}\r\n`),
    line('transfer-encoding: gzip, chunked', '0\r\n\r\n'),
    line('transfer-encoding: chunked\r\ncontent-length: 5', '0\r\n\r\n'),
    ...['5\r\ncontent-length: 6', '-1', '99999999999999999999', '0x5', '5, 5', '', '1e3'].map((length) =>
      line(`content-length: ${length}`, 'hello'),
    ),
    ...['host: other', 'x:\0', 'x', ': x', 'x : y', ' folded', 'x\u00ff: y', 'x-amz-copy-source: \u00ff'].map(
      (header) => line(header),
    ),
    ...[
      'expect: 100-continue\r\ncontent-length: 5',
      'expect: nonsense',
      'upgrade: websocket\r\nconnection: upgrade',
    ].map((header) => line(header)),
    `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(65_536)}\r\n\r\n`,
    `GET / HTTP/1.1\r\nhost: localhost\r\n${'x: y\r\n'.repeat(9000)}\r\n`,
    `GET /${'x'.repeat(66_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    'G'.repeat(70_000),
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/0.9\r\n\r\n',
    'GET / HTTP/2.0\r\nhost: a\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT localhost:1 HTTP/1.1\r\nhost: a\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n',
    'TRACE / HTTP/1.1\r\nhost: a\r\n\r\n',
    'GET http://[ HTTP/1.1\r\nhost: a\r\n\r\n',
    'GET http://localhost/target/../../../etc/passwd HTTP/1.1\r\nhost: a\r\n\r\n',
    'GET ftp://a/b HTTP/1.1\r\nhost: a\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    '',
    '\r\n'.repeat(10_000),
    `POST / HTTP/1.1\r\nhost: a\r\n${json}\r\ncontent-length: 9\r\n\r\n{`,
    `POST / HTTP/1.1\r\nhost: a\r\n${json}\r\n${json}\r\ncontent-length: 2\r\n\r\n{}`,
  ),
)

/** Longer than any service but S3 reads. */
const tooLong = raw(
  'a body beyond the limit',
  fc
    .tuple(
      fc.constantFrom('AmazonSQS.SendMessage', 'secretsmanager.PutSecretValue', 'DynamoDB_20120810.PutItem'),
      fc.constantFrom(1_100_000, 9_000_000, 17_000_000),
    )
    .map(([target, length]) =>
      Buffer.from(
        `POST / HTTP/1.1\r\nhost: a\r\nx-amz-target: ${target}\r\ncontent-type: application/x-amz-json-1.0\r\n` +
          `content-length: ${length}\r\n\r\n${' '.repeat(length)}`,
      ),
    ),
)

const hosts = raw(
  'a Host that is none',
  fc
    .tuple(awkwardText, fc.constantFrom('/', '/target', '/target/a', '/_turnaround/health'))
    .map(([host, at]) => `GET ${at} HTTP/1.1\r\nhost: ${host}.localhost\r\nconnection: close\r\n\r\n`),
)

/** What may not be HTTP at all. */
export const rawAttack: fc.Arbitrary<Attack> = fc.oneof(
  { weight: 6, arbitrary: garbled },
  { weight: 3, arbitrary: pipelined },
  { weight: 6, arbitrary: framing },
  { weight: 1, arbitrary: hosts },
  { weight: 1, arbitrary: fc.oneof({ weight: 9, arbitrary: framing }, { weight: 1, arbitrary: tooLong }) },
)
