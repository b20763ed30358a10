import type { FaultPlan } from '../embedded/index.ts'
import { EnvironmentError } from '../errors.ts'
import type { StartedEnvironment } from './start-environment.ts'

const ANSWER_MS = 5_000

/**
 * Gives the environment's server a fault plan, whose times begin now; answers what takes it back. Throws
 * EnvironmentError where that does not work. To be asked for only where the capability `faults` is there.
 */
export async function injectFaults(
  { endpoint, name }: StartedEnvironment,
  plan: FaultPlan,
): Promise<() => Promise<void>> {
  const url = `${endpoint}/_turnaround/faults`

  async function call(method: 'PUT' | 'DELETE', body?: string): Promise<void> {
    const response = await fetch(url, { method, body, signal: AbortSignal.timeout(ANSWER_MS) })
    if (!response.ok) throw new EnvironmentError(`${name} does not take the fault plan: ${await response.text()}`)
  }

  await call('PUT', JSON.stringify(plan))
  return () => call('DELETE')
}
