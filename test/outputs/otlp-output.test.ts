import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOutputs } from '../../src/outputs/open-outputs.ts'
import { parseHeaders } from '../../src/outputs/otlp-output.ts'
import { InvalidInputError } from '../../src/errors.ts'
import { aTrafficDocument } from '../report/a-traffic-document.ts'
import { startReceiver } from './a-receiver.ts'
import { aContext, feed, STARTED_AT_MS } from './some-windows.ts'

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue: string }
}
interface DataPoint {
  readonly attributes: readonly Attribute[]
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly asDouble?: number
  readonly count?: string
  readonly bucketCounts?: readonly string[]
  readonly explicitBounds?: readonly number[]
}
interface Metric {
  readonly name: string
  readonly unit: string
  readonly sum?: {
    readonly aggregationTemporality: number
    readonly isMonotonic: boolean
    readonly dataPoints: DataPoint[]
  }
  readonly gauge?: { readonly dataPoints: DataPoint[] }
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: DataPoint[] }
}
interface ExportRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[]
  }[]
}

test('a receiver gets cumulative metrics of the run as OTLP in JSON', async (t) => {
  const receiver = await startReceiver(t, (response) => response.end('{}'))
  const context = aContext({ env: { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20secret,x=1' } })
  const outputs = await openOutputs([`otlp=${receiver.url}`], context)
  feed(outputs, 3)
  await outputs.close(aTrafficDocument())

  const [{ path, headers, body }] = receiver.received
  assert.equal(path, '/v1/metrics')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['api-key'], 'a secret')
  const [{ resource, scopeMetrics }] = (JSON.parse(body) as ExportRequest).resourceMetrics
  assert.deepEqual(plain(resource.attributes), {
    'service.name': 'turnaround',
    testid: 'storefront-1',
    scenario: 'storefront',
    workload: 'http',
  })
  const metrics = new Map(scopeMetrics[0].metrics.map((metric) => [metric.name, metric]))

  const requests = metrics.get('k6_http_reqs')!
  assert.equal(requests.sum!.aggregationTemporality, 2)
  assert.equal(requests.sum!.isMonotonic, true)
  assert.deepEqual(
    requests.sum!.dataPoints.map(({ attributes, asDouble }) => [plain(attributes), asDouble]),
    [
      [{ step: 'checkout', outcome: 'ok', status: '200' }, 27],
      [{ step: 'checkout', outcome: 'timeout', status: '0' }, 3],
    ],
  )
  const [point] = requests.sum!.dataPoints
  assert.equal(point.startTimeUnixNano, `${STARTED_AT_MS}000000`)
  assert.equal(point.timeUnixNano, `${STARTED_AT_MS + 3000}000000`)

  const duration = metrics.get('k6_http_req_duration')!
  assert.equal(duration.unit, 's')
  const [ok] = duration.histogram!.dataPoints
  assert.equal(ok.count, '27')
  assert.equal(ok.bucketCounts!.length, ok.explicitBounds!.length + 1)
  assert.equal(
    ok.bucketCounts!.reduce((sum, count) => sum + Number(count), 0),
    27,
  )
  // 9, 19, 29, 39, 49, 59, 69, 79, 89 ms: one up to 10 ms, one up to 25, three up to 50, four up to 100.
  assert.deepEqual(ok.bucketCounts!.slice(4, 9), ['3', '3', '9', '12', '0'])
  assert.equal(metrics.get('k6_vus')!.gauge!.dataPoints[0].asDouble, 7)
  assert.deepEqual(outputs.statuses[0].error, null)
})

test('points that a receiver rejects in a success are reported once', async (t) => {
  const receiver = await startReceiver(t, (response) => {
    response.end(JSON.stringify({ partialSuccess: { rejectedDataPoints: '4', errorMessage: 'too many series' } }))
  })
  const context = aContext()
  const outputs = await openOutputs([`otlp=${receiver.url}/custom/path`], context)
  feed(outputs, 5)
  await receiver.got(1)
  await outputs.close(null)
  assert.deepEqual(
    receiver.received.map(({ path }) => path),
    ['/custom/path', '/custom/path'],
  )
  assert.equal(context.reports.length, 1)
  assert.match(context.reports[0], /--out otlp: .*\/custom\/path: 4 points rejected: too many series; the run goes on/)
  assert.deepEqual(
    { ...outputs.statuses[0], target: '' },
    {
      name: 'otlp',
      target: '',
      delivered: 0,
      lost: 2,
      error: '4 points rejected: too many series',
    },
  )
})

test('headers that cannot be meant are refused without showing them', () => {
  assert.deepEqual(parseHeaders(' a=1 , b=x%2Cy=z,'), { a: '1', b: 'x,y=z' })
  assert.deepEqual(parseHeaders(''), {})
  for (const text of ['topsecret', 'a=%zz', 'a b=topsecret', '=topsecret', 'a=x%0Ay']) {
    assert.throws(
      () => parseHeaders(text),
      (error: Error) =>
        error instanceof InvalidInputError && /key=value/.test(error.message) && !error.message.includes('topsecret'),
    )
  }
})

function plain(attributes: readonly Attribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))
}
