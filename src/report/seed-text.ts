/** The seed of a run, or those of the runs that a bundle was merged from: all of them, or of many the first. */
export function seedText({
  seed,
  seeds = [seed],
}: {
  readonly seed: number
  readonly seeds?: readonly number[]
}): string {
  const shown = seeds.slice(0, SHOWN).join(', ')
  return seeds.length > SHOWN ? `${shown}, … (${seeds.length} seeds)` : shown
}

const SHOWN = 6
