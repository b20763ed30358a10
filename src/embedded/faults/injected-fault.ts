/** A refusal that a fault plan asks for, to be answered in the service's own shape and words. */
export class InjectedFault extends Error {
  readonly kind: 'throttle' | 'error'
  /** 400 or 503 for a throttle as the service does it; the plan's 5xx for an error. */
  readonly status: number | undefined
  constructor(kind: 'throttle' | 'error', status?: number) {
    super(kind === 'throttle' ? 'Rate exceeded' : 'We encountered an internal error. Please try again.')
    this.kind = kind
    this.status = status
  }
}
