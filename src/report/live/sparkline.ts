const BARS = '▁▂▃▄▅▆▇█'
const NO_VALUE = ' '

/** Values as bars of one character, from 0 to the highest of them; a gap where there is none. At most `width` of the latest. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = width > 0 ? values.slice(-width) : []
  const highest = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  return shown.map((value) => (value === null ? NO_VALUE : barOf(value, highest))).join('')
}

function barOf(value: number, highest: number): string {
  const share = highest > 0 ? Math.max(0, value) / highest : 0
  return BARS[Math.round(share * (BARS.length - 1))]
}
