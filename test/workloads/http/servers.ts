import { execFileSync } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createSecureServer, createServer as createHttp2 } from 'node:http2'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createNet, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A server of a test, on the loopback interface; it ends with the test. */
export interface TestServer {
  readonly url: string
  readonly port: number
  /** Connections that are open now. */
  readonly open: number
  /** Connections that there ever were. */
  readonly accepted: number
}

interface Listening {
  listen(port: number, host: string, done: () => void): unknown
  close(done: () => void): unknown
  on(event: 'connection' | 'secureConnection', listener: (socket: Socket) => void): unknown
  address(): AddressInfo | string | null
}

async function listening(t: TestContext, server: Listening, scheme: string): Promise<TestServer> {
  const sockets = new Set<Socket>()
  let accepted = 0
  server.on('connection', (socket) => {
    accepted += 1
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    get open() {
      return sockets.size
    },
    get accepted() {
      return accepted
    },
  }
}

export function httpServer(t: TestContext, handle: RequestListener): Promise<TestServer> {
  const server: Server = createServer({ keepAliveTimeout: 0 }, handle)
  return listening(t, server, 'http')
}

/** Each connection is handed over as it is. */
export function rawServer(t: TestContext, handle: (socket: Socket) => void): Promise<TestServer> {
  return listening(t, createNet(handle), 'http')
}

/** Answers every request on a connection with these bytes. */
export function answering(t: TestContext, answer: string | Buffer): Promise<TestServer> {
  return rawServer(t, (socket) => socket.on('data', () => socket.write(answer)))
}

export interface Certificate {
  readonly key: Buffer
  readonly cert: Buffer
  /** A file to trust. */
  readonly caFile: string
}

/** Self-signed, for `localhost` and for `127.0.0.1`, made for this test. */
export function certificate(t: TestContext, names = 'DNS:localhost,IP:127.0.0.1'): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-certificate-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', caFile, ...subject], { stdio: 'pipe' })
  return { key: readFileSync(keyFile), cert: readFileSync(caFile), caFile }
}

export function httpsServer(t: TestContext, { key, cert }: Certificate, handle: RequestListener): Promise<TestServer> {
  return listening(t, createHttps({ key, cert, keepAliveTimeout: 0 }, handle), 'https')
}

type Http2Handler = Parameters<typeof createHttp2>[1]

export function http2Server(t: TestContext, own: Certificate | undefined, handle: Http2Handler): Promise<TestServer> {
  if (own === undefined) return listening(t, createHttp2({}, handle), 'http')
  const { key, cert } = own
  return listening(t, createSecureServer({ key, cert }, handle), 'https')
}
