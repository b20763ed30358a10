/** What `turnaround` ends with, in the order in which one wins where several apply (design.md section 9). */
export const exitCodes = [
  { code: 107, meaning: 'unexpected error' },
  { code: 106, meaning: 'environment cannot start' },
  { code: 104, meaning: 'invalid scenario or option' },
  { code: 92, meaning: 'refused by a safety rule or estimate' },
  { code: 105, meaning: 'stopped by a signal' },
  { code: 91, meaning: 'data incomplete' },
  { code: 95, meaning: 'jobs failed' },
  { code: 90, meaning: 'generator saturated' },
  { code: 93, meaning: 'budget reached' },
  { code: 96, meaning: 'another limit reached' },
  { code: 99, meaning: 'thresholds failed' },
  { code: 94, meaning: 'comparison inconclusive' },
  { code: 89, meaning: 'results not uploaded' },
  { code: 0, meaning: 'ok' },
] as const

export type ExitCode = (typeof exitCodes)[number]['code']

/** The one that wins; 0 where none applies. */
export function worstExitCode(codes: Iterable<ExitCode>): ExitCode {
  const applying = new Set(codes)
  return exitCodes.find(({ code }) => applying.has(code))?.code ?? 0
}
