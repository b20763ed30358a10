import type { IterateContext, LoadedIterate } from '../../src/engine/worker/protocol.ts'
import { createIterate as createHonest } from '../../src/honesty/iterate.ts'

/** The generator that everybody warns of: what it should have sent meanwhile is timed from when it was sent at last. */
export async function createIterate(context: IterateContext): Promise<LoadedIterate> {
  const { recorder } = context
  const fromTheSend: IterateContext['recorder'] = {
    record: (step, sample) => recorder.record(step, { ...sample, intendedAtMs: sample.sentAtMs }),
    timing: (...given) => recorder.timing(...given),
    count: (...given) => recorder.count(...given),
    level: (...given) => recorder.level(...given),
  }
  return createHonest({ ...context, recorder: fromTheSend })
}
