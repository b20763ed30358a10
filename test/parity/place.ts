import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import type { Behaviour, BehaviourTest } from '../../src/parity/behaviour.ts'
import type { Place } from '../../src/parity/measure.ts'

/** A place for behaviours that call no service. */
export function placeOf(name: string, more: Partial<Place> = {}): Place {
  const environment = { ...resolveEnvironment(name, {}, {}), account: '000000000000' } as unknown as StartedEnvironment
  return { environment, runName: 'test', warn: () => undefined, ...more }
}

export function behaviourOf(run: BehaviourTest['run'], more: Partial<BehaviourTest> = {}): Behaviour {
  const id = more.id ?? 'own-test'
  return { id, service: 'sqs', sentence: 'It is so.', evidence: 'aws-docs', source: 'a', test: { ...more, id, run } }
}
