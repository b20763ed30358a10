import { createAdmin } from './admin/service.ts'
import type { EmbeddedClock } from './clock.ts'
import { takeDataFolder } from './data-folder.ts'
import type { FaultPlan } from './faults/fault-plan.ts'
import { parseFaultPlan } from './faults/parse-fault-plan.ts'
import { listen } from './http-server.ts'
import { defaultRegion } from './identity.ts'
import { openLiveBackend } from './live-backend.ts'
import { checkOptions, type EmbeddedOptions } from './options.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'
import type { Verifier } from './signatures/verifier.ts'
import { undoAll } from './undo-all.ts'

export interface EmbeddedAws extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:4566` */
  readonly endpoint: string
  readonly port: number
  /** `us-east-1`. Clients may name any; each is a world of its own. */
  readonly region: string
  /** The first of the keys that signatures are verified with; else any are taken, these are of account 000000000000. */
  readonly credentials: Credentials
  /** What AWS SDK v3 clients take: `new SQSClient(aws.clientConfig())`. */
  clientConfig(): ClientConfig
  /** Absolute. In memory: where bodies above 16 KB are, if there are any. */
  readonly dataFolder: string
  /** Connections to `/_turnaround/attach` that are open now. */
  readonly attachments: number
  /**
   * Moves the server's clock on, 0 to 10 years; whatever falls due on the way is done when it returns, or begun. The
   * clock stays moved, also for the next server on the data folder. Throws EmbeddedError CLOCK_NOT_MOVABLE, and
   * RangeError.
   */
  advance(seconds: number): void
  /** Replaces the fault plan; undefined takes it away. Throws FaultPlanError. */
  putFaults(plan: FaultPlan | undefined): void
  /**
   * Back to how it would have started on an empty folder: no data, the machine's time, the fault plan and the seeds of
   * the options anew. Port and endpoint stay. Requests under way have a second to finish, those that come meanwhile
   * wait.
   */
  reset(): Promise<void>
  /** Answers long polls, lets requests under way finish for up to 3 s, closes everything. May be called twice. */
  stop(): Promise<void>
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  /** For S3: `http://127.0.0.1:4566/bucket/key`, there being no DNS name for each bucket. */
  readonly forcePathStyle: true
}

const anyCredentials: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const graceMs = 3000

/**
 * Starts SQS, S3, DynamoDB, Secrets Manager and STS on one port of this machine. Unless they are in memory, what a 2xx
 * has acknowledged is found again by the next server on the same folder, also after `kill -9`.
 *
 * Throws FaultPlanError, and EmbeddedError: DATA_FOLDER_LOCKED, DATA_FOLDER_UNUSABLE, DATABASE_UNREADABLE, PORT_IN_USE,
 * PORT_REFUSED, HOST_REFUSED, KEYS_REFUSED or OPTION_REFUSED.
 */
export async function startEmbeddedAws(options: EmbeddedOptions = {}): Promise<EmbeddedAws> {
  checkOptions(options)
  const { host = '127.0.0.1', port = 0, onUnused = () => {}, onError = warn } = options
  const credentials = credentialsOf(options)
  // Undone in the opposite order, when stopped and when the start fails half-way.
  const undo: (() => void | Promise<void>)[] = []
  const started = (step: () => void | Promise<void>): void => void undo.unshift(step)

  try {
    const folder = takeDataFolder(options)
    started(() => folder.release())
    const live = await openLiveBackend(folder, options, onError)
    started(() => live.close())

    const verifier = await verifierOf(options, live.clock)

    let endpoint = ''
    const admin = createAdmin({ endpoint: () => endpoint, folder, live, awsLike: options.awsLike, onUnused })
    const http = await listen({
      host,
      port,
      handle: (request) => (admin.isFor(request) ? admin.handle(request) : live.handle(request)),
      perform: live.perform,
      ...(verifier && { verifier }),
      onError,
    })
    endpoint = endpointOf(host, http.port)
    started(() => http.close(graceMs))
    started(() => {
      live.stop()
      admin.stop()
    })

    if (!folder.isInMemory) {
      const startedAt = new Date().toISOString()
      writeServerFile(folder.path, { pid: process.pid, port: http.port, endpoint, started_at: startedAt, version: 1 })
      started(() => removeServerFile(folder.path))
    }

    let stopping: Promise<void> | undefined
    const stop = (): Promise<void> => (stopping ??= undoAll(undo))
    return {
      endpoint,
      port: http.port,
      region: defaultRegion,
      credentials,
      clientConfig: () => ({ endpoint, region: defaultRegion, credentials, forcePathStyle: true }),
      dataFolder: folder.path,
      get attachments() {
        return admin.attachments
      },
      advance: (seconds) => void live.clock.advance(seconds),
      putFaults: (plan) => live.faults.put(plan === undefined ? undefined : parseFaultPlan(plan)),
      reset: () => live.reset(),
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await undoAll(undo)
    throw error
  }
}

function credentialsOf({ credentials }: EmbeddedOptions): Credentials {
  if (credentials === undefined) return anyCredentials
  const [{ accessKeyId, secretAccessKey, sessionToken }] = credentials
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

async function verifierOf({ credentials }: EmbeddedOptions, clock: EmbeddedClock): Promise<Verifier | undefined> {
  if (credentials === undefined) return undefined
  const { createVerifier } = await import('./signatures/verifier.ts')
  return createVerifier(credentials, clock)
}

/** Where all addresses are listened on, clients of this machine come by its loopback. */
function endpointOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)))
}
