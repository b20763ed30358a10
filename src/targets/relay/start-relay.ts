import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerJson } from '../answer-json.ts'
import { createMovableClock, systemClock, type TargetClock } from '../clock.ts'
import { createDraws } from '../draws.ts'
import { BodyError } from '../read-json.ts'
import { serve } from '../serve.ts'
import { readSettings } from '../settings.ts'
import type { RunningTarget, TargetOptions } from '../target.ts'
import { TargetError } from '../target-error.ts'
import { Connection, type RelayContext } from './connection.ts'
import { Heartbeat } from './heartbeat.ts'
import { Hub } from './hub.ts'
import { type Disconnect, disconnects } from './protocol.ts'
import { type RelaySettings, relaySettings } from './settings.ts'

export interface RelayOptions extends TargetOptions {
  /** Of pings and pongs; default: the system's. Not `clock`, which a test moves by minutes: no client pongs in no time. */
  readonly heartbeatClock?: TargetClock
}

const path = '/connection/websocket'
const longestMessageBytes = 65_536
const farewellMs = 500

/**
 * A stand-in for Centrifugo: its protocol in JSON over WebSocket, anonymous clients, the namespaces `handshake` and
 * `session` with history, positions and recovery. `POST /_target/clock` moves the time of its history,
 * `POST /_target/disconnect` with `{ "code"?, "reason"? }` ends all connections (default 3011, force reconnect).
 */
export async function startRelay(options: RelayOptions = {}): Promise<RunningTarget> {
  const { seed = 1, clock = createMovableClock(), heartbeatClock = systemClock } = options
  const settings = read(options.settings)
  const hub = new Hub(clock, createEpochs(seed))
  const heartbeat = new Heartbeat(settings, heartbeatClock)
  const connections = new Set<Connection>()
  const closed: Record<string, number> = {}
  const context: RelayContext = {
    hub,
    settings,
    counts: { commands: 0, recovered: 0, unrecovered: 0, lost: 0 },
    onDisconnect: ({ code }) => {
      closed[code] = (closed[code] ?? 0) + 1
    },
  }
  // Compression costs some 300 kB per connection; browsers' texts are validated by the JSON parser soon enough.
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    skipUTF8Validation: true,
    maxPayload: longestMessageBytes,
    handleProtocols: (offered) => (offered.has('centrifuge-json') ? 'centrifuge-json' : false),
  })
  webSockets.on('connection', (socket: WebSocket) => {
    const connection = new Connection(socket, context)
    const endHeartbeat = heartbeat.add(connection)
    connections.add(connection)
    socket.on('message', (data, isBinary) => connection.receive(data as Buffer, isBinary))
    socket.on('error', () => undefined) // what came was no WebSocket frame: `close` follows
    socket.on('close', () => {
      connection.ended()
      endHeartbeat()
      connections.delete(connection)
    })
  })

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = request.headers['sec-websocket-protocol'] ?? ''
    if (request.url?.split('?', 1)[0] !== path) return refuse(socket, '404 Not Found', `connect to ${path}`)
    if (offered.includes('protobuf')) return refuse(socket, '400 Bad Request', 'this relay speaks JSON only')
    webSockets.handleUpgrade(request, socket, head, (webSocket) => webSockets.emit('connection', webSocket, request))
  }

  function disconnect(body: unknown): object {
    const { code = 3011, reason = 'force reconnect' } = body as { code?: unknown; reason?: unknown }
    if (!Number.isInteger(code) || Number(code) < 3000 || Number(code) > 4999 || typeof reason !== 'string') {
      throw new BodyError(400, 'code must be a whole number, 3000-4999, and reason a string')
    }
    return { disconnected: closeAll({ code: Number(code), reason: reason.slice(0, 100) }) }
  }

  function closeAll(how: Disconnect): number {
    for (const connection of connections) connection.close(how)
    return connections.size
  }

  const state = () => ({
    target: 'relay',
    connections: connections.size,
    ...context.counts,
    ...hub.state(),
    closed,
    settings,
  })
  const serving = await serve({
    host: options.host,
    port: options.port,
    handle: (request, response) => {
      request.resume()
      answerJson(response, 404, { error: `a WebSocket relay; connect to ${path}` })
    },
    upgrade,
    state,
    clock,
    actions: { disconnect },
  }).catch((error: unknown) => {
    quiet()
    throw error
  })

  function quiet(): void {
    heartbeat.stop()
    hub.stop()
  }

  return {
    url: `${serving.url.replace('http:', 'ws:')}${path}`,
    adminUrl: serving.url,
    state,
    async stop() {
      quiet()
      closeAll(disconnects.shutdown)
      for (let waitedMs = 0; connections.size > 0 && waitedMs < farewellMs; waitedMs += 10) await pause(10)
      await serving.stop()
    },
  }
}

function read(given: TargetOptions['settings']): RelaySettings {
  const settings = readSettings(relaySettings, given)
  if (settings.pong_seconds < settings.ping_seconds) return settings
  const message = `must be less than ping_seconds (${settings.ping_seconds}), got ${settings.pong_seconds}`
  throw new TargetError('INVALID_SETTINGS', 'Settings that cannot be meant:', [{ path: 'pong_seconds', message }])
}

/** Another four letters for each channel; the same for the same seed. */
function createEpochs(seed: number): () => string {
  const draw = createDraws(seed)
  let count = 0
  return () => {
    const number = count++
    return Array.from({ length: 4 }, (_, place) => letters[Math.floor(draw(place, number) * letters.length)]).join('')
  }
}
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function refuse(socket: Duplex, status: string, reason: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: ${reason.length}\r\n\r\n${reason}`)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
