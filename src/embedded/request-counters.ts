import { Histogram } from './histogram.ts'
import type { Call, ServiceName } from './service.ts'

/** For `/_turnaround/state`: what was asked of one operation since the server started, or was reset. */
export interface RequestCount {
  readonly service: ServiceName
  readonly operation: string
  readonly count: number
  /** Answered with 400 and above, or not at all. */
  readonly errors: number
  /** Of the operation, from when it was understood; at most 9 % too high. Long polls include their wait. */
  readonly p50_ms: number
  readonly p99_ms: number
}

export interface RequestCounters {
  add(call: Call, isError: boolean, ms: number): void
  /** By service and operation. */
  state(): RequestCount[]
  clear(): void
}

export function createRequestCounters(): RequestCounters {
  const services = new Map<ServiceName, Map<string, { errors: number; durations: Histogram }>>()

  function of({ service, operation }: Call) {
    let operations = services.get(service)
    if (operations === undefined) services.set(service, (operations = new Map()))
    let counter = operations.get(operation)
    if (counter === undefined) operations.set(operation, (counter = { errors: 0, durations: new Histogram() }))
    return counter
  }

  return {
    add(call, isError, ms) {
      const counter = of(call)
      counter.durations.add(ms)
      if (isError) counter.errors += 1
    },
    state: () =>
      [...services].flatMap(([service, operations]) =>
        [...operations].map(([operation, { errors, durations }]) => ({
          service,
          operation,
          count: durations.count,
          errors,
          p50_ms: rounded(durations.quantileMs(0.5)),
          p99_ms: rounded(durations.quantileMs(0.99)),
        })),
      ),
    clear: () => services.clear(),
  }
}

function rounded(ms: number): number {
  return Number(ms.toPrecision(3))
}
