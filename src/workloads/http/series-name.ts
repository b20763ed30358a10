/** Names are kept with every second of a run, and shown: no more of one than a line. YAML has the same limit. */
const LONGEST = 200

/** The name of a step or a check as it is recorded. A long one keeps its beginning. Throws TypeError for what is no text. */
export function seriesName(name: unknown): string {
  if (typeof name !== 'string') throw new TypeError(`the name of a step or check must be text, got ${typeof name}`)
  if (name.length <= LONGEST && name.isWellFormed()) return name
  return (name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`).toWellFormed()
}
