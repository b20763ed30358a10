import type { ExitCode } from '../exit-codes.ts'
import type { Limits } from './schema.ts'

/** Why a run is ended before its time. */
export type StopReason =
  | {
      readonly kind: 'threshold'
      readonly text: string
      /** Which of the scenario's, counted from 0 in their order, and the part of it where it has a scope. */
      readonly index: number
      readonly metric: string
    }
  /** `maxCostUsd`. */
  | { readonly kind: 'budget'; readonly text: string }
  | { readonly kind: 'limit'; readonly text: string; readonly limit: Exclude<keyof Limits, 'maxCostUsd'> }

/** What a run ends with that was stopped for it, where nothing worse applies. */
export const STOP_EXIT_CODES = { threshold: 99, budget: 93, limit: 96 } as const satisfies {
  readonly [Kind in StopReason['kind']]: ExitCode
}
