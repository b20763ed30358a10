import { whyNotTarget, type TargetRules } from '../../../environment/allowed-target.ts'
import type { Exchange } from './exchange.ts'
import type { Origin } from './origin.ts'
import type { OriginPool } from './connections.ts'

/** Why no request may go to an origin; undefined where one may. */
export type TargetGate = (origin: Origin) => string | undefined

/**
 * The rules of an environment at the one place that all requests pass: journeys' own URLs and redirects too. Asked once for
 * each origin that connections are opened to, not for each request; `onRefused` hears of each origin once.
 */
export function createTargetGate(rules: TargetRules, onRefused: (why: string) => void): TargetGate {
  const known = new Map<string, string | undefined>()
  return ({ url }) => {
    if (known.has(url)) return known.get(url)
    const why = whyNotTarget(URL.parse(url), rules)
    known.set(url, why)
    if (why !== undefined) onRefused(why)
    return why
  }
}

/** Takes the place of connections to an origin that no request may go to: nothing is looked up, opened or sent. */
export class RefusingPool implements OriginPool {
  readonly #why: string

  constructor(why: string) {
    this.#why = why
  }

  /** In a turn of its own: a journey that asks again and again must not keep the run from ending. */
  send(exchange: Exchange): void {
    setImmediate(() => exchange.fail(exchange.beganAtMs, new Error(this.#why), 'host_not_allowed'))
  }

  async close(): Promise<void> {}
}
