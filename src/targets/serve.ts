import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { answerJson } from './answer-json.ts'
import type { MovableClock } from './clock.ts'
import { BodyError, readJson } from './read-json.ts'
import { TargetError } from './target-error.ts'

export interface ServeOptions {
  readonly host?: string
  readonly port?: number
  /** All but `/health` and `/_target/…`. Answers at once or later; must not throw. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  /** Default: upgrades are refused. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly state: () => object
  /** Moved by `POST /_target/clock` with `{ "advance_seconds": 301 }`. */
  readonly clock?: MovableClock
  /** `POST /_target/<name>`, with the parsed body. Throws BodyError for what cannot be meant. */
  readonly actions?: Readonly<Record<string, (body: unknown) => object>>
}

export interface Serving {
  /** `http://127.0.0.1:…`, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly connections: number
  stop(): Promise<void>
}

const healthy = Buffer.from('{"status":"ok"}')
const health = { 'content-type': 'application/json', 'content-length': healthy.length }

/** One HTTP server on one port of one interface. Throws TargetError. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { host = '127.0.0.1', port = 0 } = options
  const sockets = new Set<Socket>()
  // Connections without a request stay open: load generators keep theirs, and it is they who close them.
  const server = createServer({ keepAliveTimeout: 0, noDelay: true }, (request, response) => {
    const { url = '/' } = request
    if (url === '/health') response.writeHead(200, health).end(healthy)
    else if (url.startsWith('/_target/')) void administer(options, url.slice('/_target/'.length), request, response)
    else options.handle(request, response)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that goes away without a word: `close` follows; without a listener the process would end.
    socket.on('error', () => socket.destroy())
  })
  if (options.upgrade !== undefined) server.on('upgrade', options.upgrade)

  await listen(server, host, port)
  const { port: chosen } = server.address() as AddressInfo
  return {
    url: `http://${host}:${chosen}`,
    port: chosen,
    get connections() {
      return sockets.size
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function administer(
  options: ServeOptions,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { state, clock, actions = {} } = options
  if (request.method === 'GET' && name === 'state') return answerJson(response, 200, state())
  try {
    const body = request.method === 'POST' ? await readJson(request) : undefined
    if (body === undefined) answerJson(response, 404, { error: 'not_found' })
    else if (name === 'clock' && clock !== undefined) answerJson(response, 200, advance(clock, body))
    else if (Object.hasOwn(actions, name)) answerJson(response, 200, actions[name](body))
    else answerJson(response, 404, { error: 'not_found' })
  } catch (error) {
    if (!(error instanceof BodyError)) throw error
    answerJson(response, error.status, { error: error.message })
  }
}

function advance(clock: MovableClock, body: unknown): object {
  const { advance_seconds: seconds } = body as { advance_seconds?: unknown }
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= 1e9)) {
    throw new BodyError(400, 'advance_seconds must be a number, 0-1000000000')
  }
  clock.advance(seconds * 1000)
  return { now_ms: Math.floor(clock.now()) }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause: NodeJS.ErrnoException) => {
    const isTaken = cause.code === 'EADDRINUSE'
    const message = isTaken
      ? `port ${port} on ${host} is in use; stop what listens there, choose another port, or 0 for any free one`
      : `cannot listen on port ${port} of ${host}: ${cause.message}; choose another port, or 0 for any free one`
    reject(new TargetError(isTaken ? 'PORT_IN_USE' : 'PORT_REFUSED', message, [], { cause }))
  })
  // A storm of connections is what targets are for.
  server.listen({ host, port, backlog: 4096 }, () => {
    server.removeAllListeners('error')
    resolve()
  })
  return promise
}
