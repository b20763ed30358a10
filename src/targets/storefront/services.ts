import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../answer-json.ts'
import type { TargetClock } from '../clock.ts'
import { type Draws, logNormal } from '../draws.ts'
import { Capacity } from './capacity.ts'
import { type Answer, type Route, type ServiceName, serviceNames } from './route.ts'
import { routes } from './router.ts'
import type { StorefrontSettings } from './settings.ts'

export interface ServicesOptions {
  readonly settings: StorefrontSettings
  readonly draw: Draws
  readonly clock: TargetClock
}

/** The four services: their latencies, what they can do at once, and what goes wrong in them. */
export interface Services {
  /** Calls `answer` when the route's work is done, and sends what it answers; or lets happen what is to go wrong. */
  serve(route: Route, request: IncomingMessage, response: ServerResponse, answer: (isDeclined: boolean) => Answer): void
  state(): Readonly<Record<ServiceName, object>>
}

interface Service {
  readonly capacity: Capacity
  readonly counts: { requests: number; ok: number; refused: number; errors: number; rejected: number; resets: number }
}

// A route's numbers are drawn from streams of its own.
const streamsPerRoute = 5

export function createServices({ settings, draw, clock }: ServicesOptions): Services {
  const services = new Map(serviceNames.map((name) => [name, createService(name, settings, clock)]))
  const visits = new Map(routes.map((route, index) => [route, { stream: index * streamsPerRoute, count: 0 }]))

  return {
    serve(route, request, response, answer) {
      const { capacity, counts } = services.get(route.service)!
      const visit = visits.get(route)!
      const { stream } = visit
      const n = visit.count++
      counts.requests += 1
      if (draw(stream + 2, n) < settings.fault_network) {
        counts.resets += 1
        request.socket.resetAndDestroy()
        return
      }
      const latencyMs = logNormal(draw(stream, n), draw(stream + 1, n), route.medianMs, route.sigma)
      const isTaken = capacity.enter(latencyMs * settings.latency_scale, () => {
        const isFailed = draw(stream + 3, n) < settings.fault_error
        const { status, body, headers } = isFailed
          ? { status: 500, body: { error: 'internal error' }, headers: undefined }
          : answer(draw(stream + 4, n) < settings.fault_payment)
        counts[status >= 500 ? 'errors' : status >= 400 ? 'refused' : 'ok'] += 1
        answerJson(response, status, body, headers)
      })
      if (isTaken) return
      counts.rejected += 1
      answerJson(response, 503, { error: `${route.service} is over its capacity` }, { 'retry-after': '1' })
    },
    state() {
      const states = [...services].map(([name, { capacity, counts }]) => {
        const { busy, waiting, mostWaiting } = capacity
        return [name, { ...counts, busy, waiting, most_waiting: mostWaiting }]
      })
      return Object.fromEntries(states) as Record<ServiceName, object>
    },
  }
}

function createService(name: ServiceName, settings: StorefrontSettings, clock: TargetClock): Service {
  return {
    capacity: new Capacity({ servers: settings[`${name}_servers`], queue: settings[`${name}_queue`], clock }),
    counts: { requests: 0, ok: 0, refused: 0, errors: 0, rejected: 0, resets: 0 },
  }
}
