import { createDraws } from '../draws.ts'
import { readSettings, type Settings } from '../settings.ts'
import type { Behaviour } from './behaviour.ts'

export type HonestyKind = 'steady' | 'freeze' | 'bimodal' | 'saturating' | 'slow-start' | 'error-bursts'

interface Kind {
  readonly describe: string
  readonly settings: Settings
  readonly behave: (settings: Readonly<Record<string, number>>, seed: number) => Behaviour
}

const service = {
  service_ms: { default: 2.5, min: 0.1, max: 60_000, describe: 'work of a request, ms' },
} satisfies Settings

const calm = { servers: Infinity, status: () => 200, freezes: [] } satisfies Partial<Behaviour>

const duration = (describe: string, value: number) => ({ default: value, min: 0, max: 3_600_000, describe })

const kinds: Readonly<Record<HonestyKind, Kind>> = {
  steady: {
    describe: 'every request takes the same time',
    settings: service,
    behave: ({ service_ms: ms }) => ({ ...calm, workMs: () => ms }),
  },
  freeze: {
    describe: 'steady, but for one span in which nothing moves',
    settings: {
      ...service,
      freeze_at_ms: duration('when it begins, ms after the first request', 4000),
      freeze_ms: duration('how long it lasts, ms', 2000),
    },
    behave: ({ service_ms: ms, freeze_at_ms: fromMs, freeze_ms: lengthMs }) => ({
      ...calm,
      workMs: () => ms,
      freezes: [{ fromMs: fromMs, toMs: fromMs + lengthMs }],
    }),
  },
  bimodal: {
    describe: 'most requests are fast, a share of them is slow',
    settings: {
      ...service,
      slow_ms: { default: 50, min: 0.1, max: 60_000, describe: 'work of a slow request, ms' },
      slow_share: { default: 0.1, min: 0, max: 1, describe: 'of all requests' },
    },
    behave({ service_ms: fast, slow_ms: slow, slow_share: share }, seed) {
      const draw = createDraws(seed)
      return { ...calm, workMs: (index) => (draw(0, index) < share ? slow : fast) }
    },
  },
  saturating: {
    describe: 'serves no more than a known rate; beyond it the queue grows without end',
    settings: {
      rate_per_second: { default: 200, min: 1, max: 100_000, describe: 'requests a second it can serve' },
      servers: { default: 2, min: 1, max: 1000, whole: true, describe: 'requests it works on at once' },
    },
    behave: ({ rate_per_second: rate, servers }) => ({
      ...calm,
      servers: servers,
      workMs: () => (1000 * servers) / rate,
    }),
  },
  'slow-start': {
    describe: 'slow at first, then evenly faster until it is warm',
    settings: {
      ...service,
      cold_ms: { default: 200, min: 0.1, max: 60_000, describe: 'work of the first request, ms' },
      warm_after_ms: duration('when it is warm, ms after the first request', 3000),
    },
    behave: ({ service_ms: warm, cold_ms: cold, warm_after_ms: afterMs }) => ({
      ...calm,
      workMs: (_index, startedMs) => warm + Math.max(0, 1 - startedMs / afterMs) * (cold - warm),
    }),
  },
  'error-bursts': {
    describe: 'steady, but answers 503 at once for a while, again and again',
    settings: {
      ...service,
      every_ms: { default: 4000, min: 1, max: 3_600_000, describe: 'from one burst’s end to the next one’s end, ms' },
      burst_ms: duration('how long a burst lasts, ms', 1000),
      error_ms: { default: 0.5, min: 0.1, max: 60_000, describe: 'time to a 503, ms' },
    },
    behave({ service_ms: ms, every_ms: everyMs, burst_ms: burstMs, error_ms: errorMs }) {
      const fails = (startedMs: number): boolean => startedMs % everyMs >= everyMs - burstMs
      return {
        ...calm,
        workMs: (_index, startedMs) => (fails(startedMs) ? errorMs : ms),
        status: (_index, startedMs) => (fails(startedMs) ? 503 : 200),
      }
    },
  },
}

export const honestyKinds = Object.keys(kinds) as HonestyKind[]

/** What can be set about a target of this kind, and what it does. */
export function describeHonesty(kind: HonestyKind): { readonly describe: string; readonly settings: Settings } {
  return kinds[kind]
}

/** The same behaviour for the same settings and seed (default 1). Throws TargetError. */
export function behaviourOf(kind: HonestyKind, settings: Readonly<Record<string, number>> = {}, seed = 1): Behaviour {
  return kinds[kind].behave(readSettings(kinds[kind].settings, settings), seed)
}
