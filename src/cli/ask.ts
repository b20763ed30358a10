import { createInterface } from 'node:readline/promises'
import { StoppedError } from '../errors.ts'
import type { Ask } from '../guard/consent.ts'

/** Undefined unless a person can see the question and type the answer. The signal ends the question. */
export function askAtTerminal(signal: AbortSignal): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  return async (question) => {
    // Not readline's own terminal mode: there Ctrl-C would be its business, and no signal.
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
    try {
      return await lines.question(question, { signal })
    } catch (cause) {
      throw new StoppedError('Stopped before an answer was given; nothing was run', { cause })
    } finally {
      lines.close()
    }
  }
}
