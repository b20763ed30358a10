/** `p50`, `p99.9`; `max` for 1. */
export function nameOf(quantile: number): string {
  return quantile === 1 ? 'max' : `p${Number((quantile * 100).toFixed(3))}`
}
