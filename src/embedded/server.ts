import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createAdmin } from './admin.ts'
import { type EmbeddedClock, systemClock } from './clock.ts'
import { createDynamoDb } from './dynamodb/service.ts'
import { EmbeddedError } from './errors.ts'
import { type HttpServer, listen } from './http-server.ts'
import { lockDataFolder } from './lock.ts'
import { serviceOf, type Services } from './route.ts'
import { createS3 } from './s3/service.ts'
import { createSecrets } from './secrets/service.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'
import { createSqs } from './sqs/service.ts'
import { openStore } from './store.ts'
import { createSts } from './sts/service.ts'

export interface EmbeddedOptions {
  /** Where everything is kept, made if it is not there. Default: a temporary folder, removed on stop. */
  readonly dataFolder?: string
  /** 0-65535; default 0, any free one. */
  readonly port?: number
  /** A loopback address; default 127.0.0.1. */
  readonly host?: string
  readonly clock?: EmbeddedClock
  /** Messages in flight per queue at which receives are refused; default 120,000, as on AWS. */
  readonly sqsInFlightLimit?: number
  /** Called when the last connection to `/_turnaround/attach` has closed. */
  readonly onUnused?: () => void
  /** Told of faults of the server's own, each answered with a 500 where there was somebody to answer. */
  readonly onError?: (error: unknown) => void
}

export interface EmbeddedAws extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:4566` */
  readonly endpoint: string
  readonly port: number
  /** Absolute. */
  readonly dataFolder: string
  /** Connections to `/_turnaround/attach` that are open now. */
  readonly attachments: number
  /** Answers long polls, lets requests under way finish for up to 3 s, closes everything. May be called twice. */
  stop(): Promise<void>
}

const graceMs = 3000
const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/**
 * Starts SQS, S3, DynamoDB, Secrets Manager and STS on one port of this machine. What a 2xx has acknowledged is found
 * again by the next server on the same folder, also after `kill -9`.
 *
 * Throws EmbeddedError: DATA_FOLDER_LOCKED, DATA_FOLDER_UNUSABLE, DATABASE_UNREADABLE, PORT_IN_USE, PORT_REFUSED or
 * HOST_REFUSED.
 */
export async function startEmbeddedAws(options: EmbeddedOptions = {}): Promise<EmbeddedAws> {
  const { host = '127.0.0.1', port = 0, clock = systemClock, onUnused = () => {}, onError = warn } = options
  checkAddress(host, port)
  // Undone in the opposite order, when stopped and when the start fails half-way.
  const undo: (() => void | Promise<void>)[] = []
  const started = (step: () => void | Promise<void>): void => void undo.unshift(step)
  const dataFolder = prepareFolder(options.dataFolder, started)

  try {
    started(lockDataFolder(dataFolder))
    const store = openStore(dataFolder)
    started(() => store.close())
    const dynamodb = await createDynamoDb({ folder: join(dataFolder, 'dynamodb') })
    started(() => dynamodb.close())
    const s3 = createS3({ store, bodiesFolder: join(dataFolder, 'bodies'), clock })
    started(() => s3.close())
    const sqs = createSqs({ store, clock, onError, inFlightLimit: options.sqsInFlightLimit })

    let http: HttpServer | undefined
    const endpoint = (): string => `http://${host.includes(':') ? `[${host}]` : host}:${http!.port}`
    const admin = createAdmin({
      endpoint,
      dataFolder,
      services: ['sqs', 's3', 'dynamodb', 'secretsmanager', 'sts'],
      queues: () => sqs.state(),
      bodyPath: (bucket, key) => s3.bodyPath(bucket, key),
      onUnused,
    })
    const services: Services = { admin, sqs, s3, dynamodb, secrets: createSecrets({ store, clock }), sts: createSts() }
    http = await listen({ host, port }, (request) => services[serviceOf(request)], onError)
    started(() => http.close(graceMs))
    started(() => {
      sqs.stop()
      admin.stop()
    })

    const startedAt = new Date().toISOString()
    writeServerFile(dataFolder, {
      pid: process.pid,
      port: http.port,
      endpoint: endpoint(),
      started_at: startedAt,
      version: 1,
    })
    started(() => removeServerFile(dataFolder))

    let stopping: Promise<void> | undefined
    const stop = (): Promise<void> => (stopping ??= undoAll(undo))
    return {
      endpoint: endpoint(),
      port: http.port,
      dataFolder,
      get attachments() {
        return admin.attachments
      },
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await undoAll(undo)
    throw error
  }
}

function checkAddress(host: string, port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new EmbeddedError('PORT_REFUSED', `the port must be a whole number from 0 to 65535, got ${port}`)
  }
  if (!loopback.test(host)) {
    throw new EmbeddedError(
      'HOST_REFUSED',
      `the host must be a loopback address (127.0.0.1, ::1, localhost), got ${host}: signatures are not verified yet, ` +
        'so anybody who reaches the port could read and change everything',
    )
  }
}

function prepareFolder(given: string | undefined, started: (step: () => void) => void): string {
  try {
    if (given === undefined) {
      const folder = mkdtempSync(join(tmpdir(), 'turnaround-'))
      started(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
      return folder
    }
    const folder = resolve(given)
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
    return folder
  } catch (error) {
    const message = `the data folder ${given ?? tmpdir()} cannot be made: ${(error as Error).message}; choose another one`
    throw new EmbeddedError('DATA_FOLDER_UNUSABLE', message, { cause: error })
  }
}

/** Every step runs; the first error is the one thrown. */
async function undoAll(steps: readonly (() => void | Promise<void>)[]): Promise<void> {
  const errors: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)))
}
