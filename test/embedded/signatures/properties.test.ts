import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { Agent, createServer, request, type OutgoingHttpHeaders } from 'node:http'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../../../src/embedded/clock.ts'
import { toRequest } from '../../../src/embedded/http-request.ts'
import type { ServiceName } from '../../../src/embedded/service.ts'
import { SignatureRefusal } from '../../../src/embedded/signatures/refusal.ts'
import { createVerifier } from '../../../src/embedded/signatures/verifier.ts'
import { portOf } from '../s3/port-of.ts'
import { escapeUri, key, presigned, signed, type ToSign, type Wire } from './sign.ts'

interface Judge {
  readonly port: number
  /** `taken`, or why it is refused. */
  judge(service: ServiceName, wire: Wire): Promise<string>
}

/** Our verifier alone behind HTTP, so that requests are what a wire makes of them. */
async function startJudge(t: TestContext): Promise<Judge> {
  const verifier = createVerifier([key], systemClock)
  const server = createServer((incoming, response) => {
    const asked = toRequest(incoming, response, undefined, verifier)!
    const service = String(incoming.headers['service']) as ServiceName
    incoming.toArray().then((pieces: Buffer[]) => {
      try {
        const payload = (): string => hash('sha256', Buffer.concat(pieces))
        asked.authenticate(service, () => String(asked.headers['x-amz-content-sha256'] ?? payload()))
        response.end('taken')
      } catch (error) {
        response.end(error instanceof SignatureRefusal ? error.reason.kind : String(error))
      }
    }, assert.ifError)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => {
    agent.destroy()
    server.close()
    server.closeAllConnections()
  })
  const port = portOf(server)

  async function judge(service: ServiceName, { method, target, headers, body }: Wire): Promise<string> {
    const onWire: OutgoingHttpHeaders = { service, 'content-length': Buffer.byteLength(body) }
    for (const [name, value] of Object.entries(headers)) {
      // Signers sign UTF-8; Node would send Latin-1.
      const bytes = (text: unknown): string => Buffer.from(String(text)).toString('latin1')
      onWire[name] = Array.isArray(value) ? value.map(bytes) : bytes(value)
    }
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers: onWire, agent, timeout: 5000 })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')))
    // Together with a text Node would send the headers as UTF-8.
    sent.end(Buffer.from(body))
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage]
    return Buffer.concat(await response.toArray()).toString()
  }
  return { port, judge }
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', ' ', '+', '%', '%2F', '%41', '/', '..', "!'()*", '~', 'à', '#?&=', 'a b'),
)
const segment = text.map(escapeUri)
const path = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
const query = fc.dictionary(
  text.filter((name) => name !== '' && name !== '__proto__' && !/^x-amz-/i.test(name)),
  fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
  { maxKeys: 4 },
)
// Neither side trims but spaces and tabs; other control characters cannot be sent.
const headerText = fc
  .array(fc.constantFrom('a', 'B', ' ', '  ', '\t', 'à', '日', ',', '"', ';', '='), { minLength: 1, maxLength: 10 })
  .map((parts) => parts.join(''))
const someHeaders = fc.dictionary(
  fc.constantFrom('x-amz-meta-a', 'X-Amz-Meta-B', 'x-custom', 'Content-Type', 'accept'),
  headerText,
  { maxKeys: 3 },
)
const asked = fc.record({
  service: fc.constantFrom<ServiceName>('s3', 'sqs', 'dynamodb', 'secretsmanager', 'sts'),
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
  region: fc.constantFrom('us-east-1', 'eu-central-1'),
  path,
  query,
  headers: someHeaders,
  body: fc.oneof(fc.constant(''), text),
})

test('property: what the signer of the AWS SDK has signed is taken, whatever it is', async (t) => {
  const { port, judge } = await startJudge(t)
  await fc.assert(
    fc.asyncProperty(asked, async (one) => {
      assert.equal(await judge(one.service, await signed({ ...one, port })), 'taken')
    }),
    { numRuns: 300 },
  )
})

test('property: so is what it has presigned', async (t) => {
  const { port, judge } = await startJudge(t)
  await fc.assert(
    fc.asyncProperty(asked, async ({ headers: all, ...one }) => {
      const url = await presigned({ ...one, headers: { accept: all['accept'] ?? '*/*' }, port })
      const isS3 = one.service === 's3'
      const wire = isS3 ? { ...url, headers: { ...url.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } } : url
      assert.equal(await judge(one.service, wire), 'taken')
    }),
    { numRuns: 150 },
  )
})

test('property: the order of parameters, how they are escaped and the case of header names change nothing', async (t) => {
  const { port, judge } = await startJudge(t)
  const shuffled = fc.tuple(asked, fc.infiniteStream(fc.nat()))
  await fc.assert(
    fc.asyncProperty(shuffled, async ([one, draws]) => {
      const wire = await signed({ ...one, port })
      const [where, parameters = ''] = wire.target.split('?')
      const mixed = parameters
        .split('&')
        .map((parameter) => ({ parameter, rank: draws.next().value }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ parameter }) =>
          parameter.replaceAll('%20', '+').replaceAll(/%[0-9A-F]{2}/g, (found) => found.toLowerCase()),
        )
        .join('&')
      const upper = Object.fromEntries(Object.entries(wire.headers).map(([name, value]) => [name.toUpperCase(), value]))
      const target = parameters === '' ? where : `${where}?${mixed}`
      assert.equal(await judge(one.service, { ...wire, target, headers: upper }), 'taken')
    }),
    { numRuns: 150 },
  )
})

const changes: Readonly<Record<string, (wire: Wire) => Wire>> = {
  method: (wire) => ({ ...wire, method: wire.method === 'PUT' ? 'DELETE' : 'PUT' }),
  path: (wire) => ({ ...wire, target: wire.target.replace(/^[^?]*/, '$&x') }),
  query: (wire) => ({ ...wire, target: wire.target + (wire.target.includes('?') ? '&y=1' : '?y=1') }),
  'signed header': (wire) => ({ ...wire, headers: { ...wire.headers, 'x-signed': 'other' } }),
  'added header': (wire) => ({ ...wire, headers: { ...wire.headers, 'x-amz-acl': 'public-read' } }),
  'missing header': (wire) => ({ ...wire, headers: without(wire.headers, 'x-signed') }),
  'repeated header': (wire) => ({ ...wire, headers: { ...wire.headers, 'x-signed': ['signed', 'again'] } }),
  signature: (wire) => replaceInAuthorization(wire, /[0-9a-f]$/, (last) => (last === '0' ? '1' : '0')),
  'length of the signature': (wire) => replaceInAuthorization(wire, /.$/, () => ''),
  'list of signed headers': (wire) => replaceInAuthorization(wire, 'x-signed', () => 'x-other'),
  region: (wire) => replaceInAuthorization(wire, /us-east-1|eu-central-1/, () => 'us-west-2'),
  key: (wire) => replaceInAuthorization(wire, key.accessKeyId, () => 'AKIDOTHER'),
}

function without(headers: OutgoingHttpHeaders, name: string): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name))
}

function replaceInAuthorization(wire: Wire, found: string | RegExp, by: (text: string) => string): Wire {
  const authorization = String(wire.headers['authorization']).replace(found, by)
  return { ...wire, headers: { ...wire.headers, authorization } }
}

test('property: with anything changed on its way it is refused', async (t) => {
  const { port, judge } = await startJudge(t)
  const kinds = new Set(['mismatch', 'unsigned-headers', 'unknown-key'])
  await fc.assert(
    fc.asyncProperty(asked, fc.constantFrom(...Object.keys(changes)), async (one, change) => {
      const wire = await signed({ ...one, headers: { ...one.headers, 'x-signed': 'signed' }, port } satisfies ToSign)
      const answer = await judge(one.service, changes[change](wire))
      assert.ok(kinds.has(answer), `${change}: ${answer}`)
    }),
    { numRuns: 200 },
  )
})

test('property: a repeated header is signed as its values in order, between them a comma', async (t) => {
  const { port, judge } = await startJudge(t)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c d', '1'), { minLength: 2, maxLength: 4 }),
      async (values) => {
        const wire = await signed({ service: 's3', port, headers: { 'x-amz-meta-a': values.join(',') } })
        const repeated = { ...wire, headers: { ...wire.headers, 'x-amz-meta-a': values } }
        assert.equal(await judge('s3', repeated), 'taken')
      },
    ),
    { numRuns: 20 },
  )
})
