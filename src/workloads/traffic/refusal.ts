import type { Figures } from '../../engine/figures.ts'
import { REFUSALS_COUNTER } from '../../engine/worker/protocol.ts'
import type { ShardDocument } from '../../results/traffic-document.ts'

/** What a shard says that ended itself, in the form of why a run was stopped (cli/run/stop.ts). */
export function refusalLine(why: string): string {
  return `refused: ${why}`
}

/** What the other shards of its run are stopped with: it says itself what it was. */
export const REFUSED_ELSEWHERE = 'another shard was asked for what it must not do'

/** Whether shards ended themselves in these seconds. */
export function hasRefusals({ counters }: Figures): boolean {
  return (counters.get(REFUSALS_COUNTER) ?? 0) > 0
}

/** Why a run was ended early, by the shard that knows best; undefined where none was stopped. */
export function whyStopped(shards: readonly ShardDocument[]): string | undefined {
  const reasons = shards.flatMap(({ state, reason }) => (state === 'stopped' && reason !== null ? [reason] : []))
  const own = reasons.find((reason) => reason.startsWith(refusalLine('')) && reason !== refusalLine(REFUSED_ELSEWHERE))
  return own ?? reasons[0]
}
