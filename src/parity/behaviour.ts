import type { Capabilities } from '../environment/resolve-environment.ts'
import type { ContractEnvironment } from './contract-environment.ts'

/** The services whose behaviour is looked at, by the names the fixture gives them. */
export const parityServices = ['sqs', 's3', 'dynamodb', 'secretsmanager'] as const
export type ParityService = (typeof parityServices)[number]

/** One behaviour as a small program: it arranges, acts and asserts, and throws what differs. */
export interface BehaviourTest {
  /** e.g. `sqs-001`; `own-…` where it is not in the fixture. */
  readonly id: string
  /** It calls `advance`, so nothing else may run on the same server meanwhile. */
  readonly movesTime?: true
  /** What the environment must be able to do; without it the behaviour is `not offered`, and the capability says why. */
  readonly needs?: keyof Capabilities
  run(aws: ContractEnvironment): Promise<void>
}

/** A behaviour beyond the fixture, with what the fixture says of the recorded ones. */
export interface OwnBehaviourTest extends BehaviourTest {
  readonly id: `own-${string}`
  readonly sentence: string
  /** The page of AWS's documentation, or the public recording, that says so. */
  readonly source: string
}

/** A behaviour with its sentence and its evidence, recorded or our own. */
export interface Behaviour {
  readonly id: string
  /** As the fixture names it; the two that have no tests yet are `lambda-esm-sqs` and `stepfunctions`. */
  readonly service: string
  readonly sentence: string
  /** What the sentence rests on: `aws-snapshot`, `aws-validated-assert`, `aws-docs`, … */
  readonly evidence: string
  readonly source: string
  /** Absent where no environment can be asked yet. */
  readonly test?: BehaviourTest
}
