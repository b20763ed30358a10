/** `20251121t131500z`: the UTC second, as in a run's default id. Sorts by time. */
export function timestampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()}z`
}
