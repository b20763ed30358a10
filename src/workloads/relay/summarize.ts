import { readTrafficDocument } from '../../results/read-traffic-document.ts'
import type { ResultStores } from '../../results/stores.ts'
import { summaryOf } from '../traffic/summarize.ts'
import type { WorkloadSummary } from '../workload.ts'
import type { LatencyStats } from './latency-stats.ts'

/** As far as the summary reads it; null and missing where there is nothing. */
interface ResultDocument {
  readonly results: {
    readonly connections: {
      readonly attempted: number
      readonly successful: number
      readonly immediate: number
      readonly recovered: number
    }
    readonly connectTime: LatencyStats | null
    readonly disconnects: { readonly total: number; readonly reconnects: number }
    readonly steadyState?: { readonly connectionStability: number | null; readonly peakDisconnects: number }
    readonly handshake?: {
      readonly attempted: number
      readonly successful: number
      readonly latency: LatencyStats | null
    }
    readonly messages?: Delivery & { readonly sent: number; readonly unsent: number }
    readonly recovery?: Delivery & { readonly attempted: number }
  }
  readonly notes: readonly string[]
}

interface Delivery {
  readonly received: number
  readonly lost: number
  readonly latency: LatencyStats | null
}

/** What every traffic run says, and below it what a relay's sessions came to. */
export async function summarizeRelay(stores: ResultStores): Promise<WorkloadSummary> {
  const document = await readTrafficDocument(stores.objects)
  const summary = summaryOf(document)
  const relay = document.extra?.['relay'] as ResultDocument | undefined
  return relay === undefined ? summary : { ...summary, lines: [...summary.lines, ...linesOf(relay)] }
}

function linesOf({ results, notes }: ResultDocument): WorkloadSummary['lines'] {
  const { connections, connectTime, disconnects, steadyState, handshake, messages, recovery } = results
  const { attempted, successful, immediate, recovered } = connections
  const line = (label: string, text: string) => ({ label, text })
  const came = `${successful} of ${attempted}, ${immediate} at once, ${recovered} after retries`
  return [
    line('connections', withLatency(came, connectTime)),
    ...(disconnects.total > 0
      ? [line('disconnects', `${disconnects.total}, ${disconnects.reconnects} came back`)]
      : []),
    ...(steadyState
      ? [
          line(
            'held to the end',
            `${steadyState.connectionStability ?? '—'} %, at most ${steadyState.peakDisconnects} away`,
          ),
        ]
      : []),
    ...(handshake
      ? [line('handshakes', withLatency(`${handshake.successful} of ${handshake.attempted}`, handshake.latency))]
      : []),
    ...(messages ? [line('messages', delivered(messages, messages.sent + messages.unsent))] : []),
    ...(recovery ? [line('recovered', delivered(recovery, recovery.attempted))] : []),
    ...notes.map((note) => line('note', note)),
  ]
}

function delivered({ received, lost, latency }: Delivery, due: number): string {
  return withLatency(`${received} of ${due}${lost > 0 ? `, ${lost} lost by the relay` : ''}`, latency)
}

function withLatency(text: string, latency: LatencyStats | null): string {
  return latency === null ? text : `${text}; p50 ${latency.p50} ms, p99 ${latency.p99} ms, max ${latency.max} ms`
}
