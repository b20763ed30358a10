import { systemClock } from '../clock.ts'

/** A server's time, which can be moved. */
export interface ServerTime {
  now(): number
  /** Forward, for all who use the server: what falls due on the way happens. */
  advance(seconds: number): Promise<void>
}

/** The clock of an embedded server (`POST /_turnaround/clock`). `advance` throws where the server does not move it. */
export function serverTime(endpoint: string): ServerTime {
  let offsetSeconds = 0
  return {
    now: () => systemClock.now() + offsetSeconds * 1000,
    async advance(seconds) {
      const body = JSON.stringify({ advance_seconds: seconds })
      const response = await fetch(`${endpoint}/_turnaround/clock`, { method: 'POST', body })
      const text = await response.text()
      if (!response.ok) throw new Error(`${endpoint} does not move its clock: ${response.status} ${text}`)
      offsetSeconds = (JSON.parse(text) as { offset_seconds: number }).offset_seconds
    },
  }
}
