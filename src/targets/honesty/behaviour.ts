/** How a target with known answers behaves. Times are milliseconds since its first request. */
export interface Behaviour {
  /** How many requests it works on at once; those beyond wait, first come, first served. Infinity: none waits. */
  readonly servers: number
  /** Work of the request that came as number `index` (from 0) and is begun at `startedMs`. */
  workMs(index: number, startedMs: number): number
  /** What it is answered with. */
  status(index: number, startedMs: number): number
  /** Spans in which no work is begun or goes on, in their order; what was under way ends that much later. */
  readonly freezes: readonly Freeze[]
}

export interface Freeze {
  readonly fromMs: number
  readonly toMs: number
}
