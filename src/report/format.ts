/** Shown where there is nothing to show. */
export const NOTHING = '—'

/**
 * Milliseconds in the unit a person would use, three digits at most: `0.42 ms`, `18.2 s`, `12 min 05 s`, `3 h 07 min`.
 * `—` for null and anything not finite.
 */
export function formatMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOTHING
  if (ms < 0) return `-${formatMs(-ms)}`
  if (ms < 999.5) return `${threeDigits(ms)} ms`
  if (ms < 59_950) return `${threeDigits(ms / 1000)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${twoPlaces(seconds % 60)} s`
  const minutes = Math.round(ms / 60_000)
  return `${formatCount(Math.floor(minutes / 60))} h ${twoPlaces(minutes % 60)} min`
}

/** Bytes in decimal units, as disks and AWS bills count: `512 B`, `1.46 GB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return NOTHING
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  while (value >= 999.5 && units.length > 1) {
    value /= 1000
    units.shift()
  }
  return `${threeDigits(value)} ${units[0]}`
}

/** A whole number with thousands separators, the same in every locale: `1,404`. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? Math.round(count).toLocaleString('en-US') : NOTHING
}

/** Per second: `77.1/s`, or of something: `1,052 jobs/s`. */
export function formatRate(perSecond: number | null, noun = ''): string {
  if (perSecond === null || !Number.isFinite(perSecond)) return NOTHING
  return `${threeDigits(perSecond)}${noun && ` ${noun}`}/s`
}

/** Time left, rounded up to a whole second: an estimate needs no decimals. */
export function formatEta(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOTHING
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : formatMs(seconds * 1000)
}

/** One and many: `1 job`, `12 jobs`. */
export function formatNoun(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** How many times the ideal the makespan took: `1.90 ×`; `—` where there is no ideal. */
export function formatRatio(actual: number, ideal: number): string {
  return ideal > 0 ? `${threeDigits(actual / ideal)} ×` : NOTHING
}

/** `2026-01-31T13:02:05.123Z` as `2026-01-31 13:02:05 UTC`; anything else as it came. */
export function formatInstant(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso)
  return match ? `${match[1]} ${match[2]} UTC` : iso
}

/** Three significant digits, never an exponent: 0.421, 18.2, 812, 1,052. */
function threeDigits(value: number): string {
  if (value >= 99.95) return formatCount(value)
  const decimals = value >= 9.995 ? 1 : 2
  return value.toFixed(decimals).replace(/^0\.00$/, value > 0 ? '< 0.01' : '0')
}

function twoPlaces(value: number): string {
  return String(value).padStart(2, '0')
}
