import type { IterateContext, LoadedIterate } from '../../../src/engine/worker/protocol.ts'

interface IterateData {
  readonly failToStart?: number
  readonly dieAt?: number
  readonly wait?: number
  /** Leaves a timer behind, and a promise that fails and that nobody waits for. */
  readonly isCareless?: boolean
}

function beCareless(): void {
  setInterval(() => undefined, 1000)
  void Promise.reject(new Error('nobody looks'))
}

/** What a thread of these tests runs: a step of 1 ms, or whatever its data asks for. */
export async function createIterate({ data, shard, recorder, clock }: IterateContext): Promise<LoadedIterate> {
  const { failToStart, dieAt, wait = 1, isCareless = false } = data as IterateData
  if (failToStart === shard) throw new Error('no route to host')
  return {
    async iterate({ index, intendedAtMs, startedAtMs, signal }) {
      if (dieAt === index) process.exit(3)
      recorder.count(`index ${index}`)
      if (isCareless) beCareless()
      await clock.sleep(wait, signal)
      recorder.record('step', { outcome: 'ok', intendedAtMs, sentAtMs: startedAtMs, endedAtMs: clock.monotonic() })
    },
    close: () => recorder.count('closed'), // after the end: in no figure, and no fault
  }
}
