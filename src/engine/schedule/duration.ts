import { z } from 'zod'

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/
/** What a timer of Node can wait for. */
const LONGEST_MS = 24 * 86_400_000

/** `90s`, `1m30s`, `250ms` as milliseconds; NaN where it is not a duration. */
export function parseDurationMs(text: string): number {
  if (!DURATION.test(text)) return Number.NaN
  let ms = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) ms += Number(amount) * UNITS_MS[unit]
  return Math.round(ms)
}

/** A duration as k6 takes it, text or a number of milliseconds, of at least `leastMs`; answers whole milliseconds. */
export function durationSchema(leastMs: number) {
  const error = `must be a duration of ${leastMs === 0 ? 'at least 0 ms' : `more than 0 ms`} and at most 24 days, such as 90s, 1m30s or milliseconds`
  return z
    .union([z.string().refine(isDuration).transform(parseDurationMs), z.number()], { error })
    .refine((ms) => Number.isInteger(ms) && ms >= leastMs && ms <= LONGEST_MS, { error })
}

/** Told apart before it is read, so that a fault shows what was written. */
function isDuration(text: string): boolean {
  return DURATION.test(text)
}
