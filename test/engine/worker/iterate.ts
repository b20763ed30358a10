import type { IterateContext, LoadedIterate } from '../../../src/engine/worker/protocol.ts'

/** What a thread of these tests runs: a step of 1 ms, or whatever its data asks for. */
export async function createIterate({ data, shard, recorder, clock }: IterateContext): Promise<LoadedIterate> {
  const { failToStart, dieAt, wait = 1 } = data as { failToStart?: number; dieAt?: number; wait?: number }
  if (failToStart === shard) throw new Error('no route to host')
  return {
    async iterate({ index, intendedAtMs, startedAtMs, signal }) {
      if (dieAt === index) process.exit(3)
      recorder.count(`index ${index}`)
      await clock.sleep(wait, signal)
      recorder.record('step', { outcome: 'ok', intendedAtMs, sentAtMs: startedAtMs, endedAtMs: clock.monotonic() })
    },
    close: () => recorder.count('closed'), // after the end: in no figure, and no fault
  }
}
