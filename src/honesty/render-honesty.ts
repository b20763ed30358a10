import type { HonestyDocument, HonestyResult } from './honesty-document.ts'
import { BOUND, type Comparison } from './judge.ts'
import { nameOf } from './quantile-name.ts'

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** For a terminal. */
export function renderHonesty({ behaviours, machine }: HonestyDocument): string {
  const { cores, node, platform } = machine
  const within = behaviours.filter(({ state }) => state === 'within').length
  return [
    `${within} of ${behaviours.length} within the bound · ${cores} cores, ${platform}, Node ${node}`,
    `open model; response times in ms from the intended start, reported by this engine against true ones; bound:`,
    `${percent(BOUND.share)} + ${percent(BOUND.bucketShare)} for the bucket + ${BOUND.floorMs} ms for HTTP between two processes + the machine's noise as measured beside the run`,
    '',
    ...behaviours.flatMap((result) => [...renderResult(result), '']),
  ].join('\n')
}

export function renderResult(result: HonestyResult): string[] {
  const { behaviour, connections, rate_per_second: rate, duration_ms: durationMs, percentiles, errors } = result
  const again = result.runs > 1 ? `, run ${result.runs} times` : ''
  const failed = errors.true + errors.reported > 0 ? `; errors ${errors.reported}, true ${errors.true}` : ''
  return [
    `${stateText(result)} ${behaviour}, ${connections} connections, ${rate}/s for ${durationMs / 1000} s${again}${failed}`,
    ...result.reasons.map((reason) => `    ${reason}`),
    line('', percentiles, ({ quantile }) => nameOf(quantile)),
    line('true', percentiles, ({ true_ms }) => true_ms.toFixed(2)),
    line('reported', percentiles, ({ reported_ms }) => reported_ms.toFixed(2)),
    line('error', percentiles, ({ error_ms, within }) => `${within ? '' : '! '}${signed(error_ms)}`),
    line('bound ±', percentiles, ({ bound_ms }) => bound_ms.toFixed(2)),
    line('of it noise', percentiles, ({ noise_ms }) => noise_ms.toFixed(2)),
  ]
}

function stateText({ state }: HonestyResult): string {
  return { within: '✓', beyond: '✗ beyond the bound:', saturated: '? saturated:', incomplete: '? incomplete:' }[state]
}

function line(head: string, percentiles: readonly Comparison[], text: (one: Comparison) => string): string {
  return `    ${head.padEnd(12)}${percentiles.map((one) => text(one).padStart(11)).join('')}`
}

function signed(ms: number): string {
  return `${ms < 0 ? '' : '+'}${ms.toFixed(2)}`
}
