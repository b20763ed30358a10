import { type Backend, openBackend } from './backend.ts'
import type { DataFolder } from './data-folder.ts'
import { createFaultGate, type FaultGate } from './faults/fault-gate.ts'
import { parseFaultPlan } from './faults/parse-fault-plan.ts'
import type { Perform } from './http-request.ts'
import type { EmbeddedOptions } from './options.ts'
import { createRequestCounters, type RequestCounters } from './request-counters.ts'
import { serviceOf } from './route.ts'
import { createServerClock, type ServerClock } from './server-clock.ts'
import type { AwsRequest } from './service.ts'
import { Turnstile } from './turnstile.ts'

/** The services of a running server, with what surrounds them all: clock, faults, counters, and the way to start over. */
export interface LiveBackend {
  /** Another one after each reset. */
  readonly backend: Backend
  readonly clock: ServerClock
  readonly faults: FaultGate
  readonly counters: RequestCounters
  readonly perform: Perform
  handle(request: AwsRequest): Promise<void>
  /** See `EmbeddedAws.reset`. Rejects where the folder cannot be emptied; then requests are answered with a 500. */
  reset(): Promise<void>
  /** Ends long polls and the waits of faults. Requests are still served. */
  stop(): void
  /** To be called when no request is under way. */
  close(): Promise<void>
}

const resetGraceMs = 1000

/** Throws EmbeddedError DATABASE_UNREADABLE, and FaultPlanError. */
export async function openLiveBackend(
  folder: DataFolder,
  options: EmbeddedOptions,
  onError: (error: unknown) => void,
): Promise<LiveBackend> {
  const plan = options.faults === undefined ? undefined : parseFaultPlan(options.faults)
  const lastWriteMs = folder.lastWriteMs()
  const store = folder.openStore()
  const clock = createServerClock(store, options.clock, lastWriteMs)
  const faults = createFaultGate(clock)
  const counters = createRequestCounters()
  const turnstile = new Turnstile()
  let backend = await openBackend({ store, folder, clock, onError, options })
  let isOpen = true
  let lastReset = Promise.resolve()
  faults.put(plan)

  async function close(): Promise<void> {
    if (!isOpen) return
    isOpen = false
    await backend.close()
  }

  async function startOver(): Promise<void> {
    turnstile.close()
    try {
      backend.stop()
      faults.stop()
      await turnstile.empty(resetGraceMs)
      await close()
      folder.empty()
      const next = folder.openStore()
      clock.restart(next)
      backend = await openBackend({ store: next, folder, clock, onError, options })
      isOpen = true
      faults.resume()
      faults.put(plan)
      counters.clear()
    } finally {
      turnstile.open()
    }
  }

  return {
    get backend() {
      return backend
    },
    clock,
    faults,
    counters,
    async perform(exchange, call, work) {
      const startedMs = performance.now()
      let isError = true
      try {
        const result = await faults.perform(exchange, call, work)
        isError = false
        return result
      } finally {
        counters.add(call, isError, performance.now() - startedMs)
      }
    },
    handle: (request) => turnstile.pass(request, () => backend.services[serviceOf(request)].handle(request)),
    reset() {
      // One after the other; a failed one does not keep the next from trying.
      const reset = lastReset.then(startOver)
      lastReset = reset.catch(() => undefined)
      return reset
    },
    stop() {
      backend.stop()
      faults.stop()
    },
    async close() {
      await lastReset
      await close()
    },
  }
}
