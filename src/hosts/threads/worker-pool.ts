import { createBell } from '../../jobs/bell.ts'
import type { Delivery } from '../../jobs/queue.ts'
import type { Outcome } from '../../processor/outcome.ts'
import type { WorkerSettings } from './protocol.ts'
import { inParallel } from '../../results/in-parallel.ts'
import { startWorkerThread, WorkerDiedError, type WorkerThread } from './worker-thread.ts'

export interface WorkerPool {
  /** Jobs that could start now. */
  readonly freeSlots: number
  /** Resolves when `freeSlots` may have risen, or the pool has ended. */
  changed(): Promise<void>
  /**
   * Gives the job to the least busy thread. A thread that dies with several jobs does not say whose fault it was: each
   * is then tried once more in a thread of its own. Rejects with WorkerDiedError where the job is to blame, with
   * another error where the environment or the end of the pool is. `onClaimed`: see `worker-thread.ts`.
   */
  run(delivery: Delivery, onClaimed: () => void): Promise<Outcome>
  /** Resolves with why, when threads keep dying before they have done a single job. */
  readonly hopeless: Promise<string>
  /** Ends the jobs of gangs on every thread, which answer as ever. */
  stopGangs(reason: string): void
  /** Ends every thread, those that are still starting too. */
  stop(): Promise<void>
}

/** Each loads the SDK for itself: all at once they would only be in each other's way. */
const STARTING_AT_ONCE = 4
/** Threads that die without having done a job, in a row, before the pool gives up. */
const DEATHS_IN_A_ROW = 5

/** As many threads as asked, each replaced when it dies. Rejects, and leaves none behind, where one cannot start. */
export async function startWorkerPool(options: {
  workers: number
  /** Jobs a thread holds at once, so that one computes while others wait for the network. */
  slotsPerWorker: number
  settings: WorkerSettings
  /** URL of the module that loads workloads. */
  registry: string
  /** Threads that were started ahead and are the first to be used. */
  started?: readonly WorkerThread[]
  maxJobMs: number
  onDeath: (reason: string) => void
}): Promise<WorkerPool> {
  const { workers, slotsPerWorker, settings, registry, maxJobMs, onDeath } = options
  const ahead = [...(options.started ?? [])]
  const alive = new Set<WorkerThread>()
  const usable = new Set<WorkerThread>()
  const bell = createBell()
  const hopeless = Promise.withResolvers<string>()
  let over = false
  let deathsInARow = 0
  let quarantine: Promise<unknown> = Promise.resolve()

  function startThread(number: number): WorkerThread {
    const thread = ahead.pop() ?? startWorkerThread(registry)
    thread.begin({ ...settings, host: `${settings.host}/${number}` }, maxJobMs)
    alive.add(thread)
    void thread.ended.then(() => {
      alive.delete(thread)
      usable.delete(thread)
    })
    return thread
  }

  function startMember(number: number): WorkerThread {
    const thread = startThread(number)
    thread.ready.then(
      () => {
        usable.add(thread)
        bell.ring()
      },
      () => undefined, // told by `ended`
    )
    void thread.ended.then((reason) => {
      if (over) return
      onDeath(reason)
      if (++deathsInARow >= DEATHS_IN_A_ROW) giveUp(reason)
      else startMember(number)
    })
    return thread
  }

  function giveUp(reason: string): void {
    over = true
    hopeless.resolve(reason)
    bell.ring()
  }

  async function stop(): Promise<void> {
    over = true
    bell.ring()
    await Promise.all([...alive].map((thread) => thread.terminate()))
  }

  function leastBusy(): WorkerThread | undefined {
    if (over) throw new Error('the worker threads have ended')
    let least: WorkerThread | undefined
    for (const thread of usable) if (least === undefined || thread.busy < least.busy) least = thread
    return least
  }

  async function usableThread(): Promise<WorkerThread> {
    for (;;) {
      await bell.wait() // the last one has just died; its successor is on its way
      const thread = leastBusy()
      if (thread) return thread
    }
  }

  /** One after the other, each in a fresh thread: whoever dies here has only itself to blame. */
  function runAlone(delivery: Delivery, onClaimed: () => void): Promise<Outcome> {
    const outcome = quarantine.then(async () => {
      if (over) throw new Error('the worker threads have ended')
      const thread = startThread(0)
      try {
        await thread.ready
        return await thread.run(delivery, onClaimed)
      } finally {
        await thread.terminate()
      }
    })
    quarantine = outcome.catch(() => undefined)
    return outcome
  }

  try {
    const numbers = Array.from({ length: workers }, (_, at) => at + 1)
    await inParallel(numbers, STARTING_AT_ONCE, (number) => startMember(number).ready)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    get freeSlots() {
      let free = 0
      for (const thread of usable) free += slotsPerWorker - thread.busy
      return free
    },
    changed: () => bell.wait(),
    hopeless: hopeless.promise,
    async run(delivery, onClaimed) {
      // At once where it can: the next of the same batch must see that this thread is busier.
      const thread = leastBusy() ?? (await usableThread())
      try {
        const outcome = await thread.run(delivery, onClaimed)
        deathsInARow = 0
        return outcome
      } catch (error) {
        if (!(error instanceof WorkerDiedError) || error.toBlame || over) throw error
        return await runAlone(delivery, onClaimed)
      } finally {
        bell.ring()
      }
    },
    stopGangs: (reason) => alive.forEach((thread) => thread.stopGangs(reason)),
    stop,
  }
}
