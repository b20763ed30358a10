import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Origin } from './origin.ts'

/**
 * All connections of a thread read into this: what a socket reads is dealt with before the next one reads, and ten
 * thousand idle users must not hold a buffer each.
 */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024)

export interface SocketEvents {
  /** Memory of `data` is only valid during the call. False: nothing more, please. */
  onData(length: number, data: Buffer): boolean
  onTcp(): void
  onTls(): void
  /** It can be written to. */
  onReady(): void
  onEnd(): void
  onError(error: NodeJS.ErrnoException): void
  onClose(): void
}

/** Begins to connect, with TLS where the origin has it. */
export function openSocket(
  where: { readonly origin: Origin; readonly tls: ConnectionOptions },
  events: SocketEvents,
): Socket {
  const { origin, tls } = where
  const callback = (length: number, data: Uint8Array): boolean => events.onData(length, data as Buffer)
  const onread = { buffer: readBuffer, callback }
  const options = { host: origin.hostname, port: origin.port, noDelay: true, onread }
  const socket: OwnedSocket = origin.isTls ? connectTls({ ...options, ...tls }) : connectTcp(options)
  socket[owner] = events
  socket.on('connect', origin.isTls ? onTcp : onTcpReady)
  if (origin.isTls) socket.on('secureConnect', onTls)
  socket.on('end', onEnd)
  socket.on('error', onError)
  socket.on('close', onClose)
  return socket
}

/** Who is told. With it listeners are functions that all sockets share: a closure for each event of each of ten thousand adds up. */
const owner = Symbol('owner')
type OwnedSocket = Socket & { [owner]?: SocketEvents }

function onTcp(this: OwnedSocket): void {
  this[owner]!.onTcp()
}

function onTcpReady(this: OwnedSocket): void {
  this[owner]!.onTcp()
  this[owner]!.onReady()
}

function onTls(this: OwnedSocket): void {
  this[owner]!.onTls()
  this[owner]!.onReady()
}

function onEnd(this: OwnedSocket): void {
  this[owner]!.onEnd()
}

function onError(this: OwnedSocket, error: NodeJS.ErrnoException): void {
  this[owner]!.onError(error)
}

function onClose(this: OwnedSocket): void {
  this[owner]!.onClose()
}
