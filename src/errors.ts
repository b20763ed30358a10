/**
 * The errors a user can meet. Every message names the thing, the value, the limit and the way out.
 * Exit codes are those of `turnaround --help`; `exit-codes.ts` ranks them where several apply.
 */
export class TurnaroundError extends Error {
  /** Stable, machine-readable name of the fault. */
  readonly code: string = 'UNEXPECTED'
  readonly exitCode: number = 107
  override get name(): string {
    return this.constructor.name
  }
}

/** One fault in something a user wrote: where, what it was, and what it may be. */
export interface Fault {
  /** Path inside the document, e.g. `flights.legs.max`, or an option, e.g. `--workers`. */
  path: string
  message: string
}

/** A scenario, option or name that cannot be meant. All faults are collected and shown together. */
export class InvalidInputError extends TurnaroundError {
  override readonly code = 'INVALID_INPUT'
  override readonly exitCode = 104
  readonly faults: readonly Fault[]
  constructor(message: string, faults: readonly Fault[] = [], options?: ErrorOptions) {
    super([message, ...faults.map((fault) => `  ${fault.path}: ${fault.message}`)].join('\n'), options)
    this.faults = faults
  }
}

/** An object that should exist does not. `key` is its full key. */
export class NotFoundError extends TurnaroundError {
  override readonly code = 'NOT_FOUND'
  readonly key: string
  constructor(key: string, where: string, options?: ErrorOptions) {
    super(`${key} does not exist in ${where}`, options)
    this.key = key
  }
}

/** The environment cannot be started or reached, or died more often than it may. */
export class EnvironmentError extends TurnaroundError {
  override readonly code = 'ENVIRONMENT'
  override readonly exitCode = 106
}

/** The environment went away in the middle of a run and took what it held with it: the run cannot go on, only start anew. */
export class EnvironmentLostError extends EnvironmentError {}

/** Stopped by a signal before there was anything to sum up. */
export class StoppedError extends TurnaroundError {
  override readonly code = 'STOPPED'
  override readonly exitCode = 105
}

/** Refused by a safety rule: another scheduler holds the run, a protected environment, a destructive call unconfirmed. */
export class RefusedError extends TurnaroundError {
  override readonly code = 'REFUSED'
  override readonly exitCode = 92
}
