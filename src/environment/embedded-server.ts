import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { atMost, systemClock } from '../clock.ts'
import { EnvironmentError } from '../errors.ts'

/** The embedded server as its users see it: attached to, started where nobody has, started again where it died. */
export interface EmbeddedServer {
  readonly endpoint: string
  /** Rejects when the server died more often than it may; never resolves. */
  readonly failure: Promise<never>
  /** Lets go. The server ends with its last user. */
  release(): Promise<void>
}

export interface EmbeddedServerOptions {
  readonly dataFolder: string
  /** Starts `turnaround embedded` with these arguments, as a child with an IPC channel that is closed with us. */
  readonly launch: (args: readonly string[]) => ChildProcess
  /** 0: any. */
  readonly port?: number
}

const RESTARTS = 3
const START_MS = 15_000
const LOOK_MS = 50
const HEALTH_MS = 2_000
/** The server itself gives requests under way 3 s. */
const LEAVE_MS = 4_000

/**
 * A server already running on the data folder is attached to; otherwise one is started as a child. An open connection
 * tells the server that it is used, and us that it lives; when it breaks, the server is found or started again on the
 * same port, so that clients need not know.
 */
export async function useEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined) // whoever races against it sees it
  const children: ChildProcess[] = []
  let released = false
  let restarts = 0
  let attachment = await attach(options, options.port ?? 0, children).catch(async (error: unknown) => {
    await Promise.all(children.map(leave))
    throw error
  })
  const { endpoint } = attachment
  const port = Number(new URL(endpoint).port)
  watch()

  function watch(): void {
    attachment.once('close', () => {
      if (released) return
      if (++restarts > RESTARTS)
        return failure.reject(new EnvironmentError(`The embedded server died ${restarts} times`))
      attach(options, port, children).then((next) => {
        attachment = next
        if (released) next.destroy()
        else watch()
      }, failure.reject)
    })
  }

  return {
    endpoint,
    failure: failure.promise,
    async release() {
      released = true
      attachment.destroy()
      await Promise.all(children.map(leave))
    },
  }
}

/** What a child says that cannot serve. A folder that another server holds, or a port just left, is worth another look. */
interface LastWords {
  readonly error: string
  readonly code: string
}
const PASSING = ['DATA_FOLDER_LOCKED', 'PORT_IN_USE']

type Attachment = IncomingMessage & { endpoint: string }

/** Finds the folder's server or starts it, until one of both worked. Two who start at once meet at the folder's lock. */
async function attach(options: EmbeddedServerOptions, port: number, children: ChildProcess[]): Promise<Attachment> {
  const until = systemClock.monotonic() + START_MS
  let child: ChildProcess | undefined
  let lastWords: LastWords | undefined
  while (systemClock.monotonic() < until) {
    const endpoint = await endpointOf(options.dataFolder)
    if (endpoint !== undefined && (port === 0 || endpoint.endsWith(`:${port}`))) {
      const response = await open(`${endpoint}/_turnaround/attach`).catch(() => undefined)
      if (response) return Object.assign(response, { endpoint })
    }
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      if (lastWords && !PASSING.includes(lastWords.code)) throw new EnvironmentError(lastWords.error)
      if (lastWords) await systemClock.sleep(4 * LOOK_MS)
      child = options.launch(['embedded', '--data', options.dataFolder, '--port', String(port), '--until-unused'])
      child.once('message', (words: LastWords) => (lastWords = words))
      children.push(child)
    }
    await systemClock.sleep(LOOK_MS)
  }
  throw new EnvironmentError(
    `The embedded server on ${options.dataFolder} did not start within ${START_MS / 1000} s: ${lastWords?.error ?? 'it said nothing'}`,
  )
}

/** What the server that holds the folder has written down, if there is one; it may be dead. */
async function endpointOf(dataFolder: string): Promise<string | undefined> {
  try {
    const written = JSON.parse(await readFile(join(dataFolder, 'server.json'), 'utf8')) as { endpoint?: unknown } | null
    return typeof written?.endpoint === 'string' ? written.endpoint : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Resolves with the open response once its headers are here. */
function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: HEALTH_MS }, (response) => {
      request.setTimeout(0)
      response.resume()
      response.on('error', () => undefined) // its close is what counts
      if (response.statusCode === 200) resolve(response)
      else reject(new Error(`${url} answered ${response.statusCode}`))
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', reject)
  })
}

/** The child ends by itself when nobody uses it any more; where others do, it goes on without us. */
async function leave(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  if (child.connected) child.disconnect()
  await atMost(LEAVE_MS, ended)
  child.unref()
}
