import type { DataFolder } from '../data-folder.ts'
import { EmbeddedError } from '../errors.ts'
import { FaultPlanError } from '../faults/fault-plan-error.ts'
import { parseFaultPlan } from '../faults/parse-fault-plan.ts'
import type { LiveBackend } from '../live-backend.ts'
import { Refusal } from './refusal.ts'

/** `PUT` and, without a plan, `DELETE /_turnaround/faults`. */
export function putFaults({ faults }: LiveBackend, asked: unknown): object {
  try {
    faults.put(asked === undefined ? undefined : parseFaultPlan(asked))
  } catch (error) {
    if (!(error instanceof FaultPlanError)) throw error
    throw new Refusal(400, error.message, { faults: error.faults })
  }
  return { plan: faults.state() ?? null }
}

/** `POST /_turnaround/clock` with `{ "advance_seconds": n }`. */
export function advanceClock({ clock }: LiveBackend, asked: unknown): object {
  const seconds = (asked as { advance_seconds?: unknown } | null | undefined)?.advance_seconds
  if (typeof seconds !== 'number') throw new Refusal(400, 'the request must be {"advance_seconds": number}')
  try {
    return clock.advance(seconds)
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(400, error.message)
    if (error instanceof EmbeddedError && error.code === 'CLOCK_NOT_MOVABLE') throw new Refusal(409, error.message)
    throw error
  }
}

/** `POST /_turnaround/reset`; what is kept goes only where its folder is named. */
export async function reset(live: LiveBackend, folder: DataFolder, asked: unknown): Promise<object> {
  const confirmed = (asked as { confirm?: unknown } | null | undefined)?.confirm
  if (folder.isKept && confirmed !== folder.path) {
    throw new Refusal(
      409,
      `this would remove everything in ${folder.path}, which is kept; confirm with ${JSON.stringify({ confirm: folder.path })}`,
    )
  }
  await live.reset()
  return { status: 'reset' }
}
