import { connect } from 'node:net'
import { Histogram } from '../engine/histogram.ts'
import { recordLag } from './lag.ts'

export interface Pinger {
  /** How long the way to the target and back took whoever asked at any time, by now. */
  readonly delays: Histogram
  /** Rejects where the target went away meanwhile. */
  stop(): Promise<void>
}

const EVERY_MS = 5
const QUESTION = 'GET /health HTTP/1.1\r\nhost: target\r\n\r\n'
/** Of `/health` of a target: it is answered at once, whatever the target's behaviour. */
const ANSWER_END = '{"status":"ok"}'

/**
 * Asks the target every 5 ms how it is, on a connection of its own beside the load: an answer's delay is what the
 * network, and a target process or a machine short of CPU, add to any request. No part of the load generator is in it.
 */
export function startPinger(url: string): Pinger {
  const { hostname, port } = new URL(url)
  const delays = new Histogram()
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const closed = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  let askedMs = 0
  let isStopped = false

  function ask(): void {
    askedMs = performance.now()
    socket.write(QUESTION)
  }

  socket.setEncoding('latin1')
  socket.on('connect', ask)
  socket.on('data', (text: string) => {
    if (!text.endsWith(ANSWER_END)) return
    const tookMs = performance.now() - askedMs
    recordLag(tookMs, EVERY_MS, (ms) => delays.record(ms * 1000))
    timer = setTimeout(ask, Math.max(0, EVERY_MS - tookMs))
  })
  socket.on('error', () => undefined) // `close` follows
  socket.on('close', () => {
    clearTimeout(timer)
    if (isStopped) closed.resolve()
    else closed.reject(new Error(`the target at ${url} closed the connection`))
  })
  closed.promise.catch(() => undefined) // `stop` tells
  return {
    delays,
    stop() {
      isStopped = true
      socket.destroy()
      return closed.promise
    },
  }
}
