import { systemClock, type Clock } from '../clock.ts'
import { EnvironmentError, EnvironmentLostError } from '../errors.ts'

/** An emulator that others keep running, as a run must see it: it may pause, go away, or come back having forgotten all. */
export interface EmulatorWatch {
  /** Rejects when the run cannot go on: EnvironmentLostError where it never can; never resolves. */
  readonly failure: Promise<never>
  /** What an error of a call comes from, where the emulator was lost; else the error itself. */
  explain(error: unknown): Promise<unknown>
  stop(): void
}

export interface WatchOptions {
  readonly endpoint: string
  /** For people: `localstack`. */
  readonly name: string
  readonly clock?: Clock
  readonly everyMs?: number
  /** After which an answer is no longer waited for. */
  readonly answerMs?: number
  /** How long connections may be refused: a container that is being restarted. */
  readonly refusedMs?: number
  /** How long it may take connections and say nothing: a container that is paused. */
  readonly silentMs?: number
}

const EVERY_MS = 2_000
const REFUSED_MS = 20_000
const SILENT_MS = 90_000
const ANSWER_MS = 5_000

type Look =
  { readonly state: 'refused' | 'silent' } | { readonly state: 'answers'; readonly session: string | undefined }

/**
 * Looks every 2 s. LocalStack tells a session id that is another one after each start, and its community edition keeps
 * nothing over a start (https://docs.localstack.cloud/references/persistence-mechanism/); other emulators tell none, and
 * are only watched for being there.
 */
export async function watchEmulator(options: WatchOptions): Promise<EmulatorWatch> {
  const { endpoint, name, clock = systemClock, everyMs = EVERY_MS, answerMs = ANSWER_MS } = options
  const limitMs = { refused: options.refusedMs ?? REFUSED_MS, silent: options.silentMs ?? SILENT_MS }
  const failure = Promise.withResolvers<never>()
  const stopped = new AbortController()
  const first = await look(endpoint, answerMs)
  const session = first.state === 'answers' ? first.session : undefined

  const startedAnew = (now: Look): boolean =>
    now.state === 'answers' && session !== undefined && now.session !== undefined && now.session !== session

  async function watch(): Promise<void> {
    let since: number | undefined
    while (!stopped.signal.aborted) {
      const began = clock.monotonic()
      const now = await look(endpoint, answerMs)
      if (startedAnew(now)) return failure.reject(forgot(name, endpoint))
      if (now.state === 'answers') since = undefined
      else {
        since ??= began
        if (clock.monotonic() - since > limitMs[now.state]) return failure.reject(gone(name, endpoint, now.state))
      }
      await clock.sleep(everyMs, stopped.signal).catch(() => undefined) // stopped: the loop ends
    }
  }
  watch().catch(failure.reject)
  let told: unknown
  failure.promise.catch((error: unknown) => (told = error)) // whoever races against it sees it too

  return {
    failure: failure.promise,
    async explain(error) {
      if (error === told) return error
      const now = await look(endpoint, answerMs)
      if (now.state !== 'answers') return gone(name, endpoint, now.state, error)
      return startedAnew(now) ? forgot(name, endpoint, error) : error
    },
    stop: () => stopped.abort(),
  }
}

async function look(endpoint: string, answerMs: number): Promise<Look> {
  try {
    const response = await fetch(`${endpoint}/_localstack/info`, { signal: AbortSignal.timeout(answerMs) })
    return { state: 'answers', session: sessionIn(await response.text()) }
  } catch (error) {
    return { state: (error as Error).name === 'TimeoutError' ? 'silent' : 'refused' }
  }
}

/** Other emulators answer this path in ways of their own. */
function sessionIn(text: string): string | undefined {
  return /"session_id":\s*"([^"]+)"/.exec(text)?.[1]
}

function gone(name: string, endpoint: string, state: 'refused' | 'silent', cause?: unknown): EnvironmentError {
  if (state === 'silent') {
    return new EnvironmentError(
      `${name} at ${endpoint} takes connections and says nothing. If it is paused, docker unpause it, and the run can go on`,
      { cause },
    )
  }
  return new EnvironmentLostError(
    `${name} at ${endpoint} is gone: it was stopped or killed in the middle of the run, and what it held went with it. ` +
      'Start it again (make up), then the run anew; the local bundle is kept',
    { cause },
  )
}

function forgot(name: string, endpoint: string, cause?: unknown): EnvironmentLostError {
  return new EnvironmentLostError(
    `${name} at ${endpoint} was started anew in the middle of the run and has forgotten its queues, objects and jobs. ` +
      'Start the run anew; the local bundle is kept',
    { cause },
  )
}
