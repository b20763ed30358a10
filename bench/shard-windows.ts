import { encodeFigures } from '../src/engine/figures-encoding.ts'
import { bucketOf } from '../src/engine/histogram.ts'
import { createRecorder, type Recorder } from '../src/engine/recorder.ts'
import { stream } from '../src/scenario/stream.ts'

export const SHARDS = 1000
export const WINDOWS = 3600
export const STEPS = ['browse', 'basket', 'checkout']
const USED_BUCKETS = 50

/** An encoded window of three steps with 50 used buckets each: one histogram a step. */
export function timingsOf(seed: number): Uint8Array<ArrayBuffer> {
  return windowWith(seed, (recorder, step, serviceMs) => recorder.timing(step, 'connect', serviceMs))
}

/** The same with response and service time, whose buckets nearly agree. */
export function latenciesOf(seed: number): Uint8Array<ArrayBuffer> {
  return windowWith(seed, (recorder, step, serviceMs, slipMs) => {
    const sample = { outcome: 'ok', sentAtMs: 0, endedAtMs: serviceMs, status: 200, bytesReceived: 512 }
    recorder.record(step, { ...sample, intendedAtMs: -slipMs })
  })
}

/** A second of a healthy target: log-normal around 20 ms, as many samples as it takes to use 50 buckets. */
function windowWith(
  seed: number,
  record: (recorder: Recorder, step: string, serviceMs: number, slipMs: number) => void,
): Uint8Array<ArrayBuffer> {
  const random = stream(seed, 'window')
  const recorder = createRecorder({ shard: 0, onWindow: () => undefined })
  recorder.begin(0)
  for (const step of STEPS) {
    const used = new Set<number>()
    while (used.size < USED_BUCKETS) {
      const normal = Math.sqrt(-2 * Math.log(1 - random.float64())) * Math.cos(2 * Math.PI * random.float64())
      const serviceMs = 20 * Math.exp(0.15 * normal)
      used.add(bucketOf(Math.round(serviceMs * 1000)))
      record(recorder, step, serviceMs, 0.1 * random.float64())
    }
  }
  return encodeFigures(recorder.total)
}
