import { stream, type Stream } from '../scenario/stream.ts'

/** One start of a journey. Times are monotonic milliseconds of the loop's clock. */
export interface Iteration {
  /** Its number in the whole run, the same for any number of shards. */
  readonly index: number
  /** Who does it: in a closed model the user that goes on from iteration to iteration, in an open one always a new one. */
  readonly user: number
  readonly shard: number
  readonly intendedAtMs: number
  readonly startedAtMs: number
  /** Aborts when grace is over: the iteration must come to an end. Shared by many: remove listeners when done. */
  readonly signal: AbortSignal
  /** Random numbers of this iteration, by what they are for; they depend on nothing but the run's seed and `index`. */
  random(...purpose: readonly (string | number)[]): Stream
}

/** Does one iteration. What it rejects with fails the iteration; steps and their outcomes it records itself. */
export type Iterate = (iteration: Iteration) => Promise<void>

/** Random numbers of a user across its iterations: its state, its habits. They depend on seed and user alone. */
export function userStream(seed: number, user: number, ...purpose: readonly (string | number)[]): Stream {
  return stream(seed, 'user', user, ...purpose)
}
