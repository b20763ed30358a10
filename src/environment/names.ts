/** The names of everything a run uses, the same in every environment (requirement 001). */
export interface ResourceNames {
  readonly incoming: string
  readonly outgoing: string
  readonly dlq: string
  readonly jobs: string
  readonly data: string
  readonly results: string
}

/** `scenario-1-uat-incoming`, …; `scenarioNumber` is requirement 001's: 1 functions, 2 containers, 3 state machines. */
export function resourceNames(stage: string, account: string, scenarioNumber: 1 | 2 | 3 = 1): ResourceNames {
  const prefix = `scenario-${scenarioNumber}-${stage}`
  return {
    incoming: `${prefix}-incoming`,
    outgoing: `${prefix}-outgoing`,
    dlq: `${prefix}-dlq`,
    jobs: `${prefix}-jobs`,
    data: `${prefix}-data-${account}`,
    results: `load-test-results-${stage}-${account}`,
  }
}
