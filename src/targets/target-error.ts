/** One thing that is wrong in a target's settings: where, what it was, and what it may be. */
export interface TargetFault {
  readonly path: string
  readonly message: string
}

export type TargetErrorCode =
  /** A setting or a name that cannot be meant. All faults are named at once. */
  | 'INVALID_SETTINGS'
  /** Another process listens there. */
  | 'PORT_IN_USE'
  /** The system refuses the address for another reason. */
  | 'PORT_REFUSED'

/** A target that cannot be started. */
export class TargetError extends Error {
  readonly code: TargetErrorCode
  readonly faults: readonly TargetFault[]
  constructor(code: TargetErrorCode, message: string, faults: readonly TargetFault[] = [], options?: ErrorOptions) {
    super([message, ...faults.map((fault) => `  ${fault.path}: ${fault.message}`)].join('\n'), options)
    this.code = code
    this.faults = faults
  }
  override get name(): string {
    return this.constructor.name
  }
}
