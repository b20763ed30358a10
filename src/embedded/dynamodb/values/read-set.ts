import { canonicalNumber } from './numbers.ts'
import { sortedSet, type SetType } from './sets.ts'
import { invalid } from './validation-error.ts'

/** The members of a set, sorted; ValidationError where there are none, or one twice. */
export function readStringSet(members: readonly string[]): readonly string[] {
  if (members.length === 0) throw invalid('An string set  may not be empty')
  return distinct('SS', members, (shown) => `Input collection [${shown.join(', ')}] contains duplicates.`)
}

export function readNumberSet(members: readonly string[]): readonly string[] {
  if (members.length === 0) throw invalid('An number set  may not be empty')
  return distinct('NS', members.map(canonicalNumber), () => 'Input collection contains duplicates.')
}

export function readBinarySet(members: readonly string[]): readonly string[] {
  if (members.length === 0) throw invalid('Binary sets should not be empty')
  return distinct('BS', members, (shown) => `Input collection [${shown.join(',')}]of type BS contains duplicates.`)
}

/** As DynamoDB shows it: the members before the first repeat in order, then it and those behind as they were sent. */
function distinct(
  type: SetType,
  members: readonly string[],
  describe: (shown: readonly string[]) => string,
): readonly string[] {
  const seen = new Set<string>()
  for (const [i, member] of members.entries()) {
    if (seen.has(member)) {
      const shown = [...sortedSet(type, seen), ...members.slice(i)]
      throw invalid(describe(shown.map((text) => `"${text}"`)))
    }
    seen.add(member)
  }
  return sortedSet(type, seen)
}
