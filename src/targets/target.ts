import type { MovableClock } from './clock.ts'

/** A system under test that runs in this process, on a port of the loopback interface. */
export interface RunningTarget {
  /** What a scenario is pointed at: `http://…`, or `ws://…` for the relay. */
  readonly url: string
  /** `GET /health`, `GET /_target/state`, `POST /_target/…`; on the same port. */
  readonly adminUrl: string
  /** What `GET /_target/state` answers. */
  state(): object
  /** Stops listening and ends every connection. */
  stop(): Promise<void>
}

export interface TargetOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free one. */
  readonly port?: number
  /** 0 to 2^53 - 1; default 1. The same seed and the same requests in the same order give the same answers. */
  readonly seed?: number
  /** As on the command line, `--set name=value`; what there is, `settingsOf(name)` lists. Throws TargetError. */
  readonly settings?: Readonly<Record<string, number>>
  /** Default: the system's. Tests move theirs. */
  readonly clock?: MovableClock
}
