import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { channelMaxLength, type ChannelOptions, channelOptions } from './channel.ts'
import type { Hub, Subscriber } from './hub.ts'
import { parseCommand } from './parse-command.ts'
import {
  type Command,
  type Disconnect,
  disconnects,
  type HistoryRequest,
  type Publication,
  type ReplyError,
  replyErrors,
  type SubscribeRequest,
} from './protocol.ts'
import type { RelaySettings } from './settings.ts'

/** What all connections share. */
export interface RelayContext {
  readonly hub: Hub
  readonly settings: RelaySettings
  readonly counts: { commands: number; recovered: number; unrecovered: number; lost: number }
  readonly onDisconnect: (disconnect: Disconnect) => void
}

const channelLimit = 128
const longestQueueBytes = 1_048_576
const historyLimit = 300
const ping = Buffer.from('{}')

/** One client, anonymous, from its socket's opening to its end. Rules and codes are Centrifugo's. */
export class Connection implements Subscriber {
  readonly #socket: WebSocket
  readonly #context: RelayContext
  #clientId = ''
  /** Most clients have one: an array costs less than a set. */
  #channels: string[] = []
  #awaitsPong = false
  #isClosing = false

  constructor(socket: WebSocket, context: RelayContext) {
    this.#socket = socket
    this.#context = context
  }

  get isConnected(): boolean {
    return this.#clientId !== ''
  }

  get awaitsPong(): boolean {
    return this.#awaitsPong
  }

  /** A frame of one or more commands. */
  receive(frame: Buffer, isBinary: boolean): void {
    if (isBinary) return this.close(disconnects.badRequest)
    for (const line of frame.toString().split('\n')) {
      if (this.#isClosing) return
      const command = line === '' ? undefined : parseCommand(line)
      if (command !== undefined) this.#dispatch(command)
      else if (line !== '') this.close(disconnects.badRequest)
    }
  }

  deliver(frame: Buffer): void {
    if (this.#isClosing) return
    this.#socket.send(frame, { binary: false })
    if (this.#socket.bufferedAmount > longestQueueBytes) this.close(disconnects.slow)
  }

  ping(): void {
    this.#awaitsPong = true
    this.deliver(ping)
  }

  close(disconnect: Disconnect): void {
    if (this.#isClosing) return
    this.#isClosing = true
    this.#context.onDisconnect(disconnect)
    this.#socket.close(disconnect.code, disconnect.reason)
  }

  /** The socket is gone, whoever closed it. */
  ended(): void {
    this.#isClosing = true
    for (const channel of this.#channels) this.#context.hub.unsubscribe(channel, this)
    this.#channels = []
  }

  #dispatch(command: Command): void {
    this.#context.counts.commands += 1
    const { id = 0 } = command
    if (command.connect !== undefined && id > 0) return this.#connect(id, command.connect)
    if (!this.isConnected) return this.close(disconnects.badRequest)
    if (command.send !== undefined) return this.close(disconnects.notAvailable)
    if (id === 0) return this.#pong()
    if (command.subscribe !== undefined) this.#subscribe(id, command.subscribe)
    else if (command.unsubscribe !== undefined) this.#unsubscribe(id, command.unsubscribe.channel)
    else if (command.publish !== undefined) this.#publish(id, command.publish)
    else if (command.history !== undefined) this.#history(id, command.history)
    else this.#refuse(id, command)
  }

  #connect(id: number, { token }: NonNullable<Command['connect']>): void {
    if (this.isConnected) return this.close(disconnects.badRequest)
    // There is no key here that could have signed one.
    if (token !== undefined && token !== '') return this.close(disconnects.invalidToken)
    this.#clientId = randomUUID()
    const { ping_seconds: pingSeconds } = this.#context.settings
    this.#reply(id, {
      connect: { client: this.#clientId, version: 'turnaround relay', ping: pingSeconds, pong: true },
    })
  }

  #pong(): void {
    if (!this.#awaitsPong) return this.close(disconnects.badRequest)
    this.#awaitsPong = false
  }

  #subscribe(id: number, { channel = '', recover = false, offset = 0, epoch = '' }: SubscribeRequest): void {
    if (channel === '') return this.close(disconnects.badRequest)
    if (channel.length > channelMaxLength) return this.#fail(id, replyErrors.badRequest)
    if (this.#channels.includes(channel)) return this.#fail(id, replyErrors.alreadySubscribed)
    if (this.#channels.length >= channelLimit) return this.#fail(id, replyErrors.limitExceeded)
    if (this.#options(id, channel) === undefined) return
    const { hub, counts } = this.#context
    const stream = hub.stream(channel)
    const top = stream.position
    const missed = recover ? stream.recover({ offset, epoch }) : undefined
    if (recover && missed !== undefined) counts.recovered += 1
    if (recover && missed === undefined) {
      counts.unrecovered += 1
      // Of another stream nobody knows how many there were.
      if (epoch === top.epoch) counts.lost += Math.max(0, top.offset - offset - stream.length)
    }
    this.#channels.push(channel)
    hub.subscribe(channel, this)
    // What Go leaves out when it is zero is left out here too.
    const from = missed === undefined ? top.offset : offset
    this.#reply(id, {
      subscribe: {
        recoverable: true,
        positioned: true,
        epoch: top.epoch,
        ...(from > 0 && { offset: from }),
        ...(recover && { was_recovering: true }),
        ...(missed !== undefined && { recovered: true }),
        ...(missed !== undefined && missed.length > 0 && { publications: missed }),
      },
    })
  }

  #unsubscribe(id: number, channel = ''): void {
    if (channel === '') return this.close(disconnects.badRequest)
    this.#channels = this.#channels.filter((name) => name !== channel)
    this.#context.hub.unsubscribe(channel, this)
    this.#reply(id, { unsubscribe: {} })
  }

  #publish(id: number, { channel = '', data }: NonNullable<Command['publish']>): void {
    if (channel === '' || data === undefined) return this.close(disconnects.badRequest)
    const options = this.#options(id, channel)
    if (options === undefined) return
    // Its own publication reaches a subscriber before the answer, as there.
    this.#context.hub.publish(channel, options, { data, info: { user: '', client: this.#clientId } })
    this.#reply(id, { publish: {} })
  }

  #history(id: number, { channel = '', since, limit = 0, reverse = false }: HistoryRequest): void {
    if (channel === '') return this.close(disconnects.badRequest)
    if (this.#options(id, channel) === undefined) return
    const stream = this.#context.hub.stream(channel)
    const { offset: top, epoch } = stream.position
    const from = since === undefined ? undefined : { offset: since.offset ?? 0, epoch: since.epoch ?? '' }
    if (from !== undefined) {
      if (reverse && from.offset === 0) return this.#fail(id, replyErrors.badRequest)
      if ((from.epoch !== '' && from.epoch !== epoch) || from.offset > top) {
        return this.#fail(id, replyErrors.unrecoverablePosition)
      }
    }
    const most = limit < 0 ? historyLimit : Math.min(limit, historyLimit)
    const publications: readonly Publication[] = stream.read({
      ...(from !== undefined && { since: from }),
      limit: most,
      reverse,
    })
    this.#reply(id, {
      history: { ...(publications.length > 0 && { publications }), epoch, ...(top > 0 && { offset: top }) },
    })
  }

  #refuse(id: number, command: Command): void {
    if (command.rpc !== undefined) return this.#fail(id, replyErrors.methodNotFound)
    const isKnown = ['presence', 'presence_stats', 'refresh', 'sub_refresh'].some((name) => name in command)
    if (isKnown) this.#fail(id, replyErrors.notAvailable)
    else this.close(disconnects.badRequest)
  }

  /** Undefined where the client may not use this channel, which it has been told. */
  #options(id: number, channel: string): ChannelOptions | undefined {
    const options = channelOptions(channel, this.#context.settings)
    if (options === 'forbidden') return this.#fail(id, replyErrors.permissionDenied)
    return options ?? this.#fail(id, replyErrors.unknownChannel)
  }

  #fail(id: number, error: ReplyError): undefined {
    this.#send({ id, error })
  }

  #reply(id: number, result: object): void {
    this.#send({ id, ...result })
  }

  #send(reply: object): void {
    this.deliver(Buffer.from(JSON.stringify(reply)))
  }
}
