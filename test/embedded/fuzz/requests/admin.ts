import fc from 'fast-check'
import { type Attack, type Header, type HttpRequest, sent } from '../attack.ts'
import { awkwardText, awkwardValue, garble, garbling, jsonOf, spoil, spoilings } from '../awkward.ts'

/** None of them does harm where it is right: no fault ever strikes, time moves little, a reset is not confirmed. */
const samples: readonly (readonly [how: string, at: string, input: unknown])[] = [
  ['GET', 'health', undefined],
  ['GET', 'state', undefined],
  ['GET', 'faults', undefined],
  ['GET', 'clock', undefined],
  ['GET', '', undefined],
  [
    'PUT',
    'faults',
    { seed: 1, faults: [{ fault: 'throttle', service: 'sqs', resource: 'nobody', share: 0.5, limit: 1 }] },
  ],
  ['DELETE', 'faults', undefined],
  ['POST', 'clock', { advance_seconds: 30 }],
  ['POST', 'reset', { confirm: '/' }],
  ['POST', 'bodies', { bucket: 'target', keys: ['a', '../../etc/passwd'] }],
]
/** Whatever becomes of them: a plan is about nobody, and time moves by less than messages are kept. */
function isHarmless({ body }: HttpRequest): boolean {
  const text = String(body)
  const seconds = /"advance_seconds":(\d*)/.exec(text)?.[1] ?? ''
  return seconds.length < 3 && (text.includes('"nobody"') || !text.includes('"fault"'))
}

function request(
  [how, at]: readonly [string, string, unknown],
  body: Buffer | string,
  headers: readonly Header[] = [],
) {
  const target = `/_turnaround/${at}`
  return { what: `${how} ${target}`, speaks: 'admin', method: how, target, headers, body } satisfies HttpRequest
}

const sample = fc.constantFrom(...samples)
const spoiled = fc
  .tuple(sample, spoilings)
  .map(([asked, wrong]) => request(asked, asked[2] === undefined ? '' : jsonOf(spoil(asked[2], wrong))))
  .filter(isHarmless)
const anything = fc.tuple(sample, awkwardValue).map(([asked, body]) => request(asked, jsonOf(body)))
const garbled = fc
  .tuple(sample, garbling)
  .map(([asked, how]) => request(asked, garble(Buffer.from(jsonOf(asked[2])), how)))
  .filter(isHarmless)
const nowhere = fc
  .tuple(fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'OPTIONS'), awkwardText)
  .map(([how, at]) => request([how, `x${encodeURIComponent(at.toWellFormed()).slice(0, 3000)}`, undefined], ''))
const fromPages = sample.map((asked) =>
  request(asked, '', [
    ['origin', 'http://evil.example'],
    ['sec-fetch-site', 'cross-site'],
  ]),
)

/** Requests to the server's own routes. */
export const adminAttack: fc.Arbitrary<Attack> = sent(
  fc.oneof(
    { weight: 5, arbitrary: spoiled },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: garbled },
    { weight: 1, arbitrary: nowhere },
    { weight: 1, arbitrary: fromPages },
  ),
)
