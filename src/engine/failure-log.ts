/** Iterations that failed for one reason: the stack once, counted after that. */
export interface Failure {
  readonly message: string
  readonly stack: string
  readonly count: number
}

const REASONS = 50
const STACK_CHARACTERS = 4000
export const OTHER_REASONS = '(other reasons)'

/** Failures by message; beyond 50 messages they are counted together. */
export function createFailureLog() {
  const failures = new Map<string, { message: string; stack: string; count: number }>()
  return {
    add(error: unknown): void {
      const message = error instanceof Error ? error.message : String(error)
      const key = failures.has(message) || failures.size < REASONS ? message : OTHER_REASONS
      const known = failures.get(key)
      if (known) {
        known.count += 1
        return
      }
      const stack = (error instanceof Error && error.stack) || message
      failures.set(key, { message: key, stack: stack.slice(0, STACK_CHARACTERS), count: 1 })
    },
    get failures(): readonly Failure[] {
      return [...failures.values()].sort((a, b) => b.count - a.count)
    },
  }
}
