import { createBell } from '../../jobs/bell.ts'
import type { Delivery } from '../../jobs/queue.ts'
import type { Outcome } from '../../processor/process-message.ts'
import type { WorkerSettings } from './protocol.ts'
import { startWorkerThread, type WorkerThread } from './worker-thread.ts'

export interface WorkerPool {
  /** Jobs that could start now. */
  readonly freeSlots: number
  /** Resolves when `freeSlots` may have risen. */
  changed(): Promise<void>
  /** Gives the job to the least busy thread. Rejects as WorkerThread.run does. */
  run(delivery: Delivery): Promise<Outcome>
  /** Resolves with why, when threads keep dying before they have done a single job. */
  readonly hopeless: Promise<string>
  stop(): Promise<void>
}

/** Threads that die without having done a job, in a row, before the pool gives up. */
const DEATHS_IN_A_ROW = 5

/** As many threads as asked, each replaced when it dies. */
export async function startWorkerPool(options: {
  workers: number
  /** Jobs a thread holds at once, so that one computes while others wait for the network. */
  slotsPerWorker: number
  settings: WorkerSettings
  maxJobMs: number
  onDeath: (reason: string) => void
}): Promise<WorkerPool> {
  const { workers, slotsPerWorker, settings, maxJobMs, onDeath } = options
  const threads = new Set<WorkerThread>()
  const bell = createBell()
  const hopeless = Promise.withResolvers<string>()
  let stopping = false
  let deathsInARow = 0

  function start(number: number): WorkerThread {
    const thread = startWorkerThread({ ...settings, host: `${settings.host}/${number}` }, maxJobMs)
    thread.ready.then(
      () => {
        threads.add(thread)
        bell.ring()
      },
      () => undefined,
    ) // told by `ended`
    void thread.ended.then((reason) => {
      threads.delete(thread)
      if (stopping) return
      onDeath(reason)
      if (++deathsInARow >= DEATHS_IN_A_ROW) hopeless.resolve(reason)
      else start(number)
    })
    return thread
  }

  await Promise.all(Array.from({ length: workers }, (_, number) => start(number + 1).ready))

  return {
    get freeSlots() {
      let free = 0
      for (const thread of threads) free += slotsPerWorker - thread.busy
      return free
    },
    changed: () => bell.wait(),
    hopeless: hopeless.promise,
    async run(delivery) {
      while (threads.size === 0) await bell.wait() // the last one has just died; its successor is on its way
      const [thread] = [...threads].sort((a, b) => a.busy - b.busy)
      try {
        const outcome = await thread.run(delivery)
        deathsInARow = 0
        return outcome
      } finally {
        bell.ring()
      }
    },
    async stop() {
      stopping = true
      await Promise.all([...threads].map((thread) => thread.terminate()))
    },
  }
}
