import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { EmbeddedError } from '../errors.ts'
import { BodyTooLargeError, ClientGoneError, readBody } from '../read-body.ts'
import type { AwsRequest, Service } from '../service.ts'
import { createDynalite } from './dynalite.ts'
import { finishTables } from './finish-tables.ts'

export interface DynamoDb extends Service {
  close(): Promise<void>
}

// Dynalite's own.
const longestRequestBytes = 16 * 1024 * 1024
const closeWithinMs = 5000

/**
 * DynamoDB by dynalite, on disk at `folder` (LevelDB: an acknowledged write survives `kill -9` of the process).
 * Throws EmbeddedError DATABASE_UNREADABLE where the folder is damaged.
 */
export async function createDynamoDb({ folder }: { readonly folder: string }): Promise<DynamoDb> {
  const { server, store } = createDynalite({ path: folder, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 })
  try {
    await store.db.open()
  } catch (error) {
    throw new EmbeddedError(
      'DATABASE_UNREADABLE',
      `${folder} cannot be opened as a LevelDB store (${String((error as Error).cause ?? error)}); ` +
        'it was left as it is: move it away or choose another data folder',
      { cause: error },
    )
  }
  await finishTables(store.db)

  /**
   * Dynalite throws where its request breaks off, and takes all listeners off it when done: it gets one of its own,
   * made when the body is here.
   */
  async function handle({ incoming, response, method, headers }: AwsRequest): Promise<void> {
    let body: Buffer
    try {
      body = await readBody(incoming, longestRequestBytes)
    } catch (error) {
      if (error instanceof ClientGoneError) return
      if (!(error instanceof BodyTooLargeError)) throw error
      response.writeHead(413, { connection: 'close' }).end()
      return
    }
    if (response.destroyed) return
    const answered = once(response, 'close')
    const request = Object.assign(new EventEmitter(), { method, headers, url: incoming.url })
    server.emit('request', request, response)
    try {
      if (body.length > 0) request.emit('data', body)
      request.emit('end')
    } catch (error) {
      // Thrown while it reads the request, before it touches the store: a value it did not expect, such as null.
      if (!response.headersSent) refuse(response, error)
    }
    await answered
  }

  return {
    handle,
    close() {
      store.lifecycleManager.setShutdownTimeout(closeWithinMs)
      return store.lifecycleManager.gracefulClose()
    },
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const message = `The request cannot be read: ${error instanceof Error ? error.message : String(error)}`
  const body = { ['__type']: 'com.amazon.coral.service#SerializationException', message }
  response.statusCode = 400
  response.setHeader('content-type', 'application/x-amz-json-1.0')
  response.end(JSON.stringify(body))
}
