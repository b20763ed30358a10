/** The unit in which an axis of this length has short, whole labels. */
export function axisUnit(durationMs: number): { readonly unit: string; readonly unitMs: number } {
  if (durationMs < 2_000) return { unit: 'ms', unitMs: 1 }
  if (durationMs < 10 * 60_000) return { unit: 's', unitMs: 1000 }
  if (durationMs < 10 * 3_600_000) return { unit: 'min', unitMs: 60_000 }
  return { unit: 'h', unitMs: 3_600_000 }
}
