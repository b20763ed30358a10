import { outcomeStates } from './measure.ts'
import { type ParityCounts, type ParityDocument, type ParityEntry, totalCounts } from './parity-document.ts'

/**
 * The table for a terminal, and below it what differs and what was not looked at. With `beside`, measured for comparison,
 * each of its counts and answers stands below the environment's own.
 */
export function renderParityTable(document: ParityDocument, beside?: ParityDocument): string {
  const both = beside === undefined ? [document] : [document, beside]
  const head = ['service', ...(beside ? ['on'] : []), ...outcomeStates]
  const rows = [head, ...Object.keys(document.services).flatMap(rowsOf), ...rowsOf('all')]
  const widths = head.map((_, i) => Math.max(...rows.map((cells) => cells[i].length)))
  const words = head.length - outcomeStates.length
  const lines = rows.map((cells) =>
    cells.map((cell, i) => (i < words ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  )
  const where = document.endpoint === null ? document.region : document.endpoint
  const title = `${document.environment} (${where}) beside AWS${beside ? ` and ${beside.environment}` : ''}`
  return [title, '', ...lines, ...details(document, beside), ''].join('\n')

  function rowsOf(service: string): string[][] {
    return both.map((one, at) => {
      const counts: ParityCounts = service === 'all' ? totalCounts(one) : one.services[service]
      const name = at === 0 ? service : ''
      return [name, ...(beside ? [one.environment] : []), ...outcomeStates.map((state) => String(counts[state]))]
    })
  }
}

function details({ environment, behaviours }: ParityDocument, beside: ParityDocument | undefined): string[] {
  const others = new Map(beside?.behaviours.map((entry) => [entry.id, entry]))
  return outcomeStates
    .filter((state) => state !== 'as AWS')
    .flatMap((state) => {
      const found = behaviours.filter((entry) => entry.state === state)
      if (found.length === 0) return []
      const lines =
        state === 'differs'
          ? found.map((entry) => differing(entry, environment, others.get(entry.id), beside?.environment))
          : reasons(found)
      return ['', `${state}:`, ...lines]
    })
}

function differing(
  { id, sentence, why }: ParityEntry,
  environment: string,
  other: ParityEntry | undefined,
  otherEnvironment: string | undefined,
): string {
  if (other === undefined) return `  ${id}  ${sentence}\n    ${why}`
  const answer = `${other.state}${other.why === null ? '' : `, ${other.why}`}`
  return `  ${id}  ${sentence}\n    ${environment}: ${why}\n    ${otherEnvironment}: ${answer}`
}

/** Many are left out for the same reason: it is said once. */
function reasons(entries: readonly ParityEntry[]): string[] {
  const byReason = Map.groupBy(entries, ({ why }) => why)
  return [...byReason].map(([why, group]) => `  ${why}: ${group.map(({ id }) => id).join(', ')}`)
}
