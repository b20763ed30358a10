/** One thing that is wrong in a fault plan: where, what it was, and what it may be. */
export interface PlanFault {
  /** e.g. `faults[2].share`; empty for the plan as a whole. */
  readonly path: string
  readonly message: string
}

/** A fault plan that cannot be meant. All that is wrong is named at once. */
export class FaultPlanError extends Error {
  readonly faults: readonly PlanFault[]
  constructor(faults: readonly PlanFault[]) {
    const lines = faults.map(({ path, message }) => `  ${path === '' ? 'plan' : path}: ${message}`)
    super(['The fault plan cannot be meant:', ...lines].join('\n'))
    this.faults = faults
  }
  override get name(): string {
    return this.constructor.name
  }
}
