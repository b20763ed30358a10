import { isAbsolute, relative, sep } from 'node:path'
import type { ServerResponse } from 'node:http'
import { BodyTooLargeError, ClientGoneError, readBody } from './read-body.ts'
import type { AwsRequest, Service } from './service.ts'

export interface AdminOptions {
  readonly endpoint: () => string
  readonly dataFolder: string
  readonly services: readonly string[]
  readonly queues: () => readonly object[]
  readonly bodyPath: (bucket: string, key: string) => string | undefined
  readonly onUnused: () => void
}

export interface Admin extends Service {
  /** Connections to `/_turnaround/attach` that are open now. */
  readonly attachments: number
  /** Ends all attachments, without calling onUnused. */
  stop(): void
}

const beatMs = 5000
const longestRequestBytes = 16 * 1024 * 1024

/** What is not AWS: `/_turnaround/health`, `attach`, `state` and `bodies`. Only for programs on this machine. */
export function createAdmin(options: AdminOptions): Admin {
  const startedMs = performance.now()
  const attached = new Map<ServerResponse, NodeJS.Timeout>()
  let stopped = false

  function health({ response }: AwsRequest): void {
    sendJson(response, 200, {
      status: 'ok',
      pid: process.pid,
      endpoint: options.endpoint(),
      data_folder: options.dataFolder,
      uptime_seconds: Math.round(performance.now() - startedMs) / 1000,
      services: options.services,
    })
  }

  /** Held open as long as its client lives: how a server knows that somebody still needs it. */
  function attach({ response }: AwsRequest): void {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' })
    response.flushHeaders()
    attached.set(
      response,
      setInterval(() => response.write('.'), beatMs),
    )
    response.on('close', () => {
      clearInterval(attached.get(response))
      attached.delete(response)
      if (attached.size === 0 && !stopped) options.onUnused()
    })
    if (stopped) response.end()
  }

  async function bodies({ incoming, response }: AwsRequest): Promise<void> {
    const asked = parseAsked((await readBody(incoming, longestRequestBytes)).toString())
    if (asked === undefined) {
      sendJson(response, 400, { error: 'the request must be {"bucket": string, "keys": [string, …]}' })
      return
    }
    const paths = asked.keys.map((key) => [key, relativePath(options.bodyPath(asked.bucket, key))] as const)
    sendJson(response, 200, { bodies: Object.fromEntries(paths) })
  }

  /** With forward slashes; null where there is no such object. */
  function relativePath(path: string | undefined): string | null {
    if (path === undefined) return null
    const inside = isAbsolute(path) ? relative(options.dataFolder, path) : path
    return inside.split(sep).join('/')
  }

  const routes = new Map<string, (request: AwsRequest) => void | Promise<void>>([
    ['GET /_turnaround/health', health],
    ['GET /_turnaround/attach', attach],
    ['GET /_turnaround/state', ({ response }) => sendJson(response, 200, { queues: options.queues() })],
    ['POST /_turnaround/bodies', bodies],
  ])

  return {
    get attachments() {
      return attached.size
    },
    async handle(request) {
      const refusal = refuse(request)
      const route = routes.get(`${request.method} ${request.url.pathname}`)
      try {
        if (refusal !== undefined) sendJson(request.response, 403, { error: refusal })
        else if (route === undefined)
          sendJson(request.response, 404, { error: `there are: ${[...routes.keys()].join(', ')}` })
        else await route(request)
      } catch (error) {
        if (error instanceof ClientGoneError) return
        if (!(error instanceof BodyTooLargeError)) throw error
        request.response.setHeader('connection', 'close')
        sendJson(request.response, 413, { error: error.message })
      }
    },
    stop() {
      stopped = true
      for (const response of attached.keys()) response.end()
    },
  }
}

/** Why a request may come from a web page instead of a program here: one on this machine sends no Origin. */
function refuse({ headers, url }: AwsRequest): string | undefined {
  if (headers.origin !== undefined) return 'requests from web pages (Origin header) are refused'
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  return isLoopback ? undefined : `the Host header must name this machine's loopback address, got ${url.host}`
}

function parseAsked(text: string): { bucket: string; keys: string[] } | undefined {
  let asked: { bucket?: unknown; keys?: unknown } | null
  try {
    asked = JSON.parse(text) as typeof asked
  } catch {
    return undefined
  }
  if (typeof asked?.bucket !== 'string' || !Array.isArray(asked.keys)) return undefined
  if (!asked.keys.every((key) => typeof key === 'string')) return undefined
  return { bucket: asked.bucket, keys: asked.keys }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  if (response.destroyed) return
  const body = `${JSON.stringify(value)}\n`
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body)
}
