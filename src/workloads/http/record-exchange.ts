import type { StepRecorder } from '../../engine/recorder.ts'
import type { Exchange } from './client/exchange.ts'

/**
 * Parts of a request under k6's names, without `http_req_`; those that there were. `blocked` is waiting for a connection
 * without making it, `sending` only known of bodies that are streamed, `connecting` and `tls_handshaking` only of the
 * request that opened the connection (k6 records 0 for the others).
 */
export function recordTimings(recorder: StepRecorder, step: string, exchange: Exchange): void {
  const { beganAtMs, sentAtMs, uploadedAtMs, firstByteAtMs, endedAtMs, connectingMs, tlsMs } = exchange
  if (connectingMs >= 0) recorder.timing(step, 'connecting', connectingMs)
  if (tlsMs >= 0) recorder.timing(step, 'tls_handshaking', tlsMs)
  if (sentAtMs < 0) return
  if (sentAtMs > beganAtMs) {
    recorder.timing(step, 'blocked', sentAtMs - beganAtMs - Math.max(connectingMs, 0) - Math.max(tlsMs, 0))
  }
  if (uploadedAtMs >= 0) recorder.timing(step, 'sending', uploadedAtMs - sentAtMs)
  if (firstByteAtMs < 0) return
  recorder.timing(step, 'waiting', firstByteAtMs - Math.max(sentAtMs, uploadedAtMs))
  recorder.timing(step, 'receiving', endedAtMs - firstByteAtMs)
}
