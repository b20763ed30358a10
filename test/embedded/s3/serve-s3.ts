import { S3Client, CreateBucketCommand, type S3ClientConfig } from '@aws-sdk/client-s3'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { AwsLike } from '../../../src/embedded/aws-like.ts'
import { systemClock, type EmbeddedClock } from '../../../src/embedded/clock.ts'
import { toRequest, type Perform } from '../../../src/embedded/http-request.ts'
import type { DeliverEvent } from '../../../src/embedded/s3/notifications/outbox.ts'
import { createS3, type S3 } from '../../../src/embedded/s3/service.ts'
import { openStore } from '../../../src/embedded/store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { portOf } from './port-of.ts'

export interface ServedS3 {
  readonly s3: S3
  readonly port: number
  readonly endpoint: string
  readonly bodiesFolder: string
  /** What `handle` rejected with, and what went wrong in the background: faults of ours. */
  readonly faults: unknown[]
  readonly client: (config?: S3ClientConfig) => S3Client
  /** The ids of all bodies there are, be they files or in the database. */
  readonly bodies: () => Promise<string[]>
  readonly stop: () => Promise<void>
}

export interface ServeOptions {
  readonly clock?: EmbeddedClock
  readonly awsLike?: AwsLike
  /** The gate each operation goes through; by default it stands open. */
  readonly perform?: Perform
  /** A folder that is already there, of a server that was stopped. */
  readonly dataFolder?: string
  /** Where event notifications go; by default there are no queues. */
  readonly deliver?: DeliverEvent
}

/** The embedded S3 alone on a port of its own, on a fresh folder. */
export async function serveS3(t: TestContext, options: ServeOptions = {}): Promise<ServedS3> {
  const dataFolder = options.dataFolder ?? temporaryFolder(t)
  const store = openStore(dataFolder)
  const bodiesFolder = join(dataFolder, 's3')
  const faults: unknown[] = []
  const s3 = createS3({
    store,
    bodiesFolder,
    clock: options.clock ?? systemClock,
    awsLike: options.awsLike,
    deliver: options.deliver,
    onError: (error) => faults.push(error),
  })
  const server = createServer((incoming, response) => {
    s3.handle(toRequest(incoming, response, options.perform)!).catch((error: unknown) => {
      faults.push(error)
      response.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  const endpoint = `http://127.0.0.1:${port}`
  const clients: S3Client[] = []
  let stopped = false

  async function stop(): Promise<void> {
    if (stopped) return
    stopped = true
    for (const client of clients) client.destroy()
    server.close()
    server.closeAllConnections()
    await s3.close()
    store.close()
  }
  t.after(stop)

  return {
    s3,
    port,
    endpoint,
    bodiesFolder,
    faults,
    client(config) {
      const client = new S3Client({
        endpoint,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
        ...config,
      })
      clients.push(client)
      return client
    },
    async bodies() {
      const small = store.database.prepare(`select 'small-' || id as id from s3_small_bodies`).all()
      // Made with the first body that is a file.
      const files = existsSync(bodiesFolder)
        ? await readdir(bodiesFolder, { recursive: true, withFileTypes: true })
        : []
      return [...small.map(({ id }) => String(id)), ...files.filter((entry) => entry.isFile()).map(({ name }) => name)]
    },
    stop,
  }
}

/** A server, a client and an empty bucket named `bucket`. */
export async function serveBucket(
  t: TestContext,
  options?: ServeOptions,
): Promise<ServedS3 & { sdk: S3Client; Bucket: string }> {
  const served = await serveS3(t, options)
  const sdk = served.client()
  await sdk.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  return { ...served, sdk, Bucket: 'bucket' }
}
