import { outcomeStates } from './measure.ts'
import { type ParityCounts, type ParityDocument, totalCounts } from './parity-document.ts'

const HEADS = ['service', ...outcomeStates]

/** The table for a terminal, and below it what differs and what was not looked at. */
export function renderParityTable(document: ParityDocument): string {
  const rows = [
    HEADS,
    ...Object.entries(document.services).map(([service, counts]) => row(service, counts)),
    row('all', totalCounts(document)),
  ]
  const widths = HEADS.map((_, i) => Math.max(...rows.map((cells) => cells[i].length)))
  const lines = rows.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  )
  const where = document.endpoint === null ? document.region : document.endpoint
  return [`${document.environment} (${where}) beside AWS`, '', ...lines, ...details(document), ''].join('\n')
}

function row(service: string, counts: ParityCounts): string[] {
  return [service, ...outcomeStates.map((state) => String(counts[state]))]
}

function details({ behaviours }: ParityDocument): string[] {
  return outcomeStates
    .filter((state) => state !== 'as AWS')
    .flatMap((state) => {
      const found = behaviours.filter((entry) => entry.state === state)
      if (found.length === 0) return []
      const byReason = state === 'differs' ? found.map(differing) : reasons(found)
      return ['', `${state}:`, ...byReason]
    })
}

function differing({ id, sentence, why }: ParityDocument['behaviours'][number]): string {
  return `  ${id}  ${sentence}\n    ${why}`
}

/** Many are left out for the same reason: it is said once. */
function reasons(entries: ParityDocument['behaviours']): string[] {
  const byReason = Map.groupBy(entries, ({ why }) => why)
  return [...byReason].map(([why, group]) => `  ${why}: ${group.map(({ id }) => id).join(', ')}`)
}
