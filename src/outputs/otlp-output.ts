import { InvalidInputError } from '../errors.ts'
import { version } from '../version.ts'
import { endpointOf, post } from './endpoint.ts'
import { otlpMetrics } from './otlp-metrics.ts'
import type { Output, OutputContext } from './output.ts'
import { createSnapshotOutput } from './snapshot-output.ts'

const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS'

/**
 * Posts OTLP over HTTP in JSON. A URL without a path gets `/v1/metrics`, as OpenTelemetry's own exporters do it
 * (opentelemetry.io/docs/specs/otel/protocol/exporter); headers come from OTEL_EXPORTER_OTLP_HEADERS.
 */
export function pushOtlp(url: URL, context: OutputContext): Output {
  const whole = new URL(url)
  if (whole.pathname === '/') whole.pathname = '/v1/metrics'
  const endpoint = endpointOf(whole, parseHeaders(context.env[HEADERS] ?? ''))
  const { runId, scenario, workload } = context
  const resource = { 'service.name': 'turnaround', testid: runId, scenario, workload }
  return createSnapshotOutput(
    {
      name: 'otlp',
      target: endpoint.shown,
      render: (snapshot) => JSON.stringify(otlpMetrics(snapshot, resource, version)),
      async deliver(text, signal) {
        refuseRejection(await post(endpoint, 'application/json', text, signal))
      },
    },
    context,
  )
}

/** `key=value,key2=value2`, values percent-encoded (opentelemetry.io/docs/specs/otel/protocol/exporter). Throws InvalidInputError. */
export function parseHeaders(text: string): Record<string, string> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
  const headers = new Headers()
  for (const pair of pairs) {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(pair) ?? []
    try {
      headers.set(key.trim(), decodeURIComponent(value.trim()))
    } catch {
      // Not the pair itself: it may be a secret.
      const message = 'must be key=value,key2=value2 with percent-encoded values'
      throw new InvalidInputError('these headers cannot be meant:', [{ path: HEADERS, message }])
    }
  }
  return Object.fromEntries(headers)
}

/** A success may still say that points were left out (opentelemetry.io/docs/specs/otlp/#partial-success). */
function refuseRejection(response: string): void {
  const answer = parsed(response) as {
    partialSuccess?: { rejectedDataPoints?: string | number; errorMessage?: string }
  }
  const rejected = Number(answer?.partialSuccess?.rejectedDataPoints ?? 0)
  if (rejected > 0)
    throw new Error(`${rejected} points rejected: ${answer?.partialSuccess?.errorMessage ?? 'no reason given'}`)
}

/** Null where it is not JSON: receivers that answer in protobuf or nothing have accepted too. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
