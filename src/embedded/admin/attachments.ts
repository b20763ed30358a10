import type { AwsRequest } from '../service.ts'
import type { ServerResponse } from 'node:http'

/** Answers that are held open as long as their clients live: how a server knows that somebody still needs it. */
export interface Attachments {
  readonly size: number
  attach(request: AwsRequest): void
  /** Ends all, without calling `onUnused`. */
  stop(): void
}

const beatMs = 5000

/** `onUnused` is called when the last one has closed. */
export function createAttachments(onUnused: () => void): Attachments {
  const attached = new Map<ServerResponse, NodeJS.Timeout>()
  let stopped = false

  return {
    get size() {
      return attached.size
    },
    attach({ response }) {
      response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
      response.flushHeaders()
      attached.set(
        response,
        setInterval(() => response.write('.'), beatMs),
      )
      response.on('close', () => {
        clearInterval(attached.get(response))
        attached.delete(response)
        if (attached.size === 0 && !stopped) onUnused()
      })
      if (stopped) response.end()
    },
    stop() {
      stopped = true
      for (const response of attached.keys()) response.end()
    },
  }
}
