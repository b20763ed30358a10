import { InvalidInputError } from '../../errors.ts'

/**
 * An option's duration in milliseconds: `10s`, `1m30s`, `250ms`, or a number of seconds, `low` … `high` ms. Throws
 * InvalidInputError, which names option, value and limits.
 */
export async function durationOption(
  option: string,
  value: string | readonly string[],
  low: number,
  high: number,
): Promise<number> {
  // Not at the top: what it reads durations with is slow to load, and --help must not wait for it.
  const { parseDurationMs } = await import('../../engine/schedule/duration.ts')
  const text = String(value)
  const ms = parseDurationMs(/^\d+(\.\d+)?$/.test(text) ? `${text}s` : text)
  if (ms >= low && ms <= high) return ms
  throw new InvalidInputError('An option cannot be meant:', [
    { path: option, message: `must be a duration such as 10s or 1m30s, ${low} ms to ${high / 1000} s, got "${text}"` },
  ])
}
