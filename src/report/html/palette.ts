/**
 * Colours by role, as CSS custom properties with one value for light and one for dark (see `style.ts`): the charts
 * take theirs from the page, so the two cannot part.
 */
export const CATEGORY_COLORS = 8
export const RAMP_COLORS = 7

/** The colour of the nth of several things of equal rank; repeats after eight. */
export function categoryColor(index: number): string {
  return `var(--s${(index % CATEGORY_COLORS) + 1})`
}

/** The colour of the nth of `count` ordered things: one hue, from faint to strong. */
export function rampColor(index: number, count: number): string {
  const step = count <= 1 ? RAMP_COLORS - 1 : Math.round((index / (count - 1)) * (RAMP_COLORS - 1))
  return `var(--r${step + 1})`
}
