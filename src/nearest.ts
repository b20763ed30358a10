/**
 * The known names that a mistyped one may have meant, nearest first, at most `count`. Case, dashes and underscores do
 * not count; a name that begins with what was typed is as near as one typing slip.
 */
export function nearest(typed: string, known: Iterable<string>, count = 3): string[] {
  const word = plain(typed)
  const found: { name: string; distance: number }[] = []
  for (const name of known) {
    const candidate = plain(name)
    const bound = Math.max(1, Math.floor(Math.min(word.length, candidate.length) / 3))
    const begins = word.length >= 2 && candidate.startsWith(word)
    const distance = begins ? Math.min(1, candidate.length - word.length) : boundedDistance(word, candidate, bound)
    if (distance <= bound && distance < candidate.length) found.push({ name, distance })
  }
  return found
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name)
}

/** `; did you mean flights?`, or nothing where no known name is near: made to follow a message. `written`: names as the user writes them. */
export function didYouMean(typed: string, known: Iterable<string>, written = (name: string) => name): string {
  const names = nearest(typed, known).map(written)
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

/**
 * Damerau-Levenshtein distance in its optimal string alignment form: insertions, deletions, substitutions and swaps of
 * neighbours, no letter edited twice. Answers Infinity as soon as it must exceed `bound`.
 */
export function boundedDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound) return Infinity
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let best = Math.min(current[column - 1] + 1, previous[column] + 1, previous[column - 1] + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) best = Math.min(best, beforePrevious[column - 2] + 1)
      current.push(best)
    }
    // A swap reaches back two rows, so both must be beyond the bound before nothing can come back under it.
    if (Math.min(...current) > bound && Math.min(...previous) > bound) return Infinity
    beforePrevious = previous
    previous = current
  }
  const distance = previous[b.length]
  return distance <= bound ? distance : Infinity
}
