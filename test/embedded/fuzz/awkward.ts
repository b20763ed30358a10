import fc from 'fast-check'

/** What JSON cannot be made to say by JSON.stringify: put into the text where these strings stand. */
const texts: Readonly<Record<string, () => string>> = {
  '@infinity': () => '1e999',
  '@digits': () => '9'.repeat(400),
  '@arrays': () => '['.repeat(20_000) + ']'.repeat(20_000),
  '@lists': () => '{"L":['.repeat(5000) + ']}'.repeat(5000),
  '@maps': () => '{"M":{"a":'.repeat(5000) + '}}'.repeat(5000),
  '@long': () => `"${'x'.repeat(300_000)}"`,
  '@bad': () => 'nul',
}

/** The JSON of a value of `awkwardValue`s. */
export function jsonOf(value: unknown): string {
  return (JSON.stringify(value) ?? '').replaceAll(/"(@[a-z]+)"/g, (all, name: string) => texts[name]?.() ?? all)
}

const names = [
  ...['', '.', '..', '../..', '../../../../tmp/escaped', '..\\..\\escaped', '/etc/passwd', '//', 'C:\\a', 'con', '~'],
  ...['%2e%2e', '%2e%2e%2fescaped', '..%2f..%2fescaped', '%00', '%', '%zz', '%c0%ae', 'a\0b', '\0', '\u0001', '\u007f'],
  ...['\ud800', 'a\udc00b', '\u202e', '\ufeff', '\u2028', 'é', 'e\u0301', '🛫', ' ', ' a ', 'a\r\nx-injected: 1', '\n'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', "' or 1=1 --", '"; drop table sqs_queues; --', '${a}'],
  ...[
    '<a>&b;]]>',
    '&#0;',
    '*',
    '?',
    '#',
    '{',
    'null',
    'true',
    'NaN',
    '-0',
    '1e400',
    '0x10',
    '-1',
    '99999999999999999999',
  ],
  ...[
    'arn:aws:sqs:us-east-1:000000000000:target',
    'arn:::::',
    'http://[',
    'http://localhost/../../a',
    'target.fifo.fifo',
  ],
]
const long = ['q'.repeat(81), 'k'.repeat(1024), 'k'.repeat(1025), 'é'.repeat(512), '🛫'.repeat(256), 'x'.repeat(65_537)]

/** Text as nobody who is well-meaning would name a thing. */
export const awkwardText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.constantFrom(...long) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)

const awkwardNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 11, 0.5, 1e-7, 1e300, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63, -(2 ** 63)),
  fc.integer(),
)

/** A value of any JSON type, as `jsonOf` writes it. Undefined: the member is missing. */
export const awkwardValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: awkwardText },
  { weight: 3, arbitrary: awkwardNumber },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(texts)) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      ...[undefined, null, true, false, [], {}, [[]], [null], [{}], { S: null }, { N: 'x' }, { M: [] }],
      ...[{ BOOL: 'true' }, { SS: [] }, { B: '*' }, { a: { a: { a: {} } } }, Array.from({ length: 101 }, () => ({}))],
      JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}'),
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

export interface Spoiling {
  /** Where: the n-th member (modulo their number) of each level. */
  readonly path: readonly number[]
  readonly by: unknown
}

export const spoilings = fc.array(
  fc.record({ path: fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), by: awkwardValue }),
  { maxLength: 2 },
)

/** The value with others in some places; what was given stays as it is. */
export function spoil(value: unknown, all: readonly Spoiling[]): unknown {
  return all.reduce((spoiled, { path, by }) => put(spoiled, path, by), value)
}

function put(value: unknown, [step, ...rest]: readonly number[], by: unknown): unknown {
  if (typeof value !== 'object' || value === null || step === undefined) return by
  const members = Object.keys(value)
  if (members.length === 0) return by
  const at = members[step % members.length]
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>
  copy[at] = put(copy[at], rest, by)
  return copy
}

/** A body with some of its bytes changed, left out, or said twice. */
export const garbling = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('flip', 'cut', 'repeat', 'insert', 'drop'),
    by: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 3 },
)

export function garble(bytes: Buffer, all: typeof garbling extends fc.Arbitrary<infer T> ? T : never): Buffer {
  return all.reduce<Buffer>((whole, { at: share, how, by }) => {
    const at = Math.floor(share * whole.length)
    const [before, after] = [whole.subarray(0, at), whole.subarray(at)]
    if (how === 'cut') return before
    if (how === 'repeat') return Buffer.concat([before, after, after])
    if (how === 'insert') return Buffer.concat([before, by, after])
    if (how === 'drop') return Buffer.concat([before, after.subarray(by.length)])
    return Buffer.concat([before, by, after.subarray(by.length)])
  }, bytes)
}
