/** Of a message: reasons are kept with the run, and shown. */
const LONGEST = 2000

/**
 * What a journey threw, as an error that can be told: a journey may throw anything, also what is no text and what is longer
 * than a report. Errors of a usual size are themselves.
 */
export function journeyError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(textOf(thrown))
  if (typeof thrown.message === 'string' && thrown.message.length <= LONGEST) return thrown
  return Object.assign(new Error(textOf(thrown.message)), { stack: stackOf(thrown) })
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown).slice(0, LONGEST)
  } catch {
    return `a journey threw what is no text (${Object.prototype.toString.call(thrown)})`
  }
}

/** Making a stack reads the message. */
function stackOf(error: Error): string {
  try {
    return String(error.stack)
  } catch {
    return ''
  }
}
