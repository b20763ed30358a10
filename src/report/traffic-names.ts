/** k6's names of the parts of a request, `http_req_` left out. */
const HTTP_TIMINGS = new Set(['blocked', 'connecting', 'tls_handshaking', 'sending', 'waiting', 'receiving'])

/** Whose names of k6 a workload's metrics have: those of requests, or those of WebSocket sessions. */
export function protocolOf(workload: string): 'http' | 'ws' {
  return workload === 'relay' ? 'ws' : 'http'
}

/** What a timing of a step is called as a metric, here as in thresholds: `http_req_waiting`; any but k6's own as it is. */
export function timingMetric(timing: string, workload: string): string {
  return protocolOf(workload) === 'http' && HTTP_TIMINGS.has(timing) ? `http_req_${timing}` : timing
}
