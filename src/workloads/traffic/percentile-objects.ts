import type { Figures } from '../../engine/figures.ts'
import { MERGED_KEY } from '../../results/layout.ts'
import { percentilesDocument, responseTimes } from '../../results/traffic-figures.ts'
import { stepPercentilesKey } from '../../results/traffic-layout.ts'
import { json } from './shard-document.ts'

/** `percentiles/<step>.json`, and all of them in one. */
export function percentileObjects({ steps }: Figures): [string, Uint8Array][] {
  const documents = [...steps].flatMap(([name, step]) => {
    const response = responseTimes([step])
    return response.count === 0 ? [] : [[name, percentilesDocument(response)] as const]
  })
  return [
    ...documents.map(([name, document]): [string, Uint8Array] => [stepPercentilesKey(name), json(document)]),
    [MERGED_KEY, json(Object.fromEntries(documents))],
  ]
}
