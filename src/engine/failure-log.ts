/** Iterations that failed for one reason: the stack once, counted after that. */
export interface Failure {
  readonly message: string
  readonly stack: string
  readonly count: number
}

const REASONS = 50
const STACK_CHARACTERS = 4000
const MESSAGE_CHARACTERS = 2000
export const OTHER_REASONS = '(other reasons)'

/** Whatever was thrown, as text of bounded length: users' code throws anything, also what has no text. */
export function describeError(error: unknown): { readonly message: string; readonly stack: string } {
  const message = textOf(error).slice(0, MESSAGE_CHARACTERS)
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack : message
  return { message, stack: stack.slice(0, STACK_CHARACTERS) }
}

function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return `a thrown ${typeof error} that has no text`
  }
}

/** Failures by message; beyond 50 messages they are counted together. */
export function createFailureLog() {
  const failures = new Map<string, { message: string; stack: string; count: number }>()
  return {
    add(error: unknown): void {
      const { message, stack } = describeError(error)
      const key = failures.has(message) || failures.size < REASONS ? message : OTHER_REASONS
      const known = failures.get(key)
      if (known) {
        known.count += 1
        return
      }
      failures.set(key, { message: key, stack, count: 1 })
    },
    get failures(): readonly Failure[] {
      return [...failures.values()].sort((a, b) => b.count - a.count)
    },
  }
}
