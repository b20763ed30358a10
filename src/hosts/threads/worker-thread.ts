import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Delivery } from '../../jobs/queue.ts'
import type { Outcome } from '../../processor/outcome.ts'
import type { HostMessage, JobRequest, WorkerData, WorkerMessage, WorkerSettings } from './protocol.ts'

/** The thread died with the job in it: a crash, out of memory, or stopped because the job took too long. */
export class WorkerDiedError extends Error {
  override readonly name = 'WorkerDiedError'
  readonly code = 'WORKER_DIED'
  /** False where other jobs were in the thread too and it cannot be told which of them killed it. */
  readonly toBlame: boolean
  constructor(reason: string, toBlame: boolean) {
    super(reason)
    this.toBlame = toBlame
  }
}

export interface WorkerThread {
  /** Jobs in it now. */
  readonly busy: number
  /**
   * Tells the thread what to work on, once. A job that takes longer than `maxJobMs` costs the thread its life, because
   * nothing else stops a loop.
   */
  begin(settings: WorkerSettings, maxJobMs: number): void
  /** Resolves once the thread has begun and has its clients; rejects where it died before. */
  readonly ready: Promise<void>
  /** Resolves with why, when the thread has ended, and never rejects. */
  readonly ended: Promise<string>
  /**
   * Rejects with WorkerDiedError where the thread dies; with another error where the environment failed it. `onClaimed`:
   * the job of a gang needs its message no more, and may take as long as it takes.
   */
  run(delivery: Delivery, onClaimed: () => void): Promise<Outcome>
  /** Ends the jobs of gangs in it, which answer as ever. */
  stopGangs(reason: string): void
  terminate(): Promise<void>
}

/**
 * Results pass through as megabytes of buffers. Counted apart from the heap, each 32 MB of them force a whole
 * collection; counted with it, a run costs a fifth less CPU (docs/decisions/0009-external-memory-flag.md). The heap is
 * kept small, because it is collected only when it has grown by a share of its limit; its young part is not, because
 * V8 would make it tiny in a small heap, and empty jobs a third slower.
 */
setFlagsFromString('--external-memory-accounted-in-global-limit')
const HEAP_MEGABYTES = 160
const YOUNG_MEGABYTES = 48

/** From source and from the build alike: the file beside this one, with this one's ending. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

interface OpenRequest extends PromiseWithResolvers<Outcome> {
  readonly claimed: () => void
}

/**
 * Starts one thread, which loads what it needs and waits for `begin`. Until then it keeps nobody alive. `registry`: URL of
 * the module that loads workloads.
 */
export function startWorkerThread(registry: string): WorkerThread {
  const workerData: WorkerData = { registry }
  const worker = new Worker(ENTRY, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  })
  worker.unref()
  const open = new Map<number, OpenRequest>()
  const unsent: JobRequest[] = []
  let longestMs = Infinity
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<string>()
  let nextId = 0
  let why: string | undefined
  let overdue: number | undefined
  ready.promise.catch(() => undefined) // whoever waits sees it; nobody waiting is no reason to die

  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'ready') return ready.resolve()
    const asked = open.get(message.id)
    if (message.type === 'claimed') return asked?.claimed()
    open.delete(message.id)
    if (message.type === 'outcome') asked?.resolve(message.outcome)
    else asked?.reject(new Error(message.message))
  })
  worker.on('error', (error) => {
    why ??= error instanceof Error ? error.message : String(error)
  })
  worker.on('exit', (code) => {
    const reason = why ?? `the worker thread ended with code ${code}`
    ready.reject(new WorkerDiedError(reason, false))
    for (const [id, asked] of open) {
      asked.reject(new WorkerDiedError(reason, overdue === undefined ? open.size === 1 : overdue === id))
    }
    open.clear()
    ended.resolve(reason)
  })

  function tell(message: HostMessage): void {
    worker.postMessage(message)
  }

  /** What comes together travels together: a message wakes the thread, and costs more than what is in it. */
  function send(job: JobRequest): void {
    if (unsent.push(job) === 1) queueMicrotask(() => tell({ type: 'jobs', jobs: unsent.splice(0) }))
  }

  async function run(delivery: Delivery, onClaimed: () => void): Promise<Outcome> {
    const id = nextId++
    const asked = Promise.withResolvers<Outcome>()
    open.set(id, { ...asked, claimed })
    const timer = setTimeout(() => {
      why = `a job took longer than ${longestMs} ms and its thread was stopped`
      overdue = id
      void worker.terminate()
    }, longestMs)
    function claimed(): void {
      clearTimeout(timer)
      onClaimed()
    }
    send({ id, delivery })
    return asked.promise.finally(() => clearTimeout(timer))
  }

  return {
    get busy() {
      return open.size
    },
    begin(settings, maxJobMs) {
      longestMs = maxJobMs
      worker.ref()
      tell({ type: 'begin', settings })
    },
    ready: ready.promise,
    ended: ended.promise,
    run,
    stopGangs: (reason) => tell({ type: 'stop', reason }),
    async terminate() {
      await worker.terminate()
    },
  }
}
