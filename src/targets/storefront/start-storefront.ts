import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../answer-json.ts'
import { createMovableClock } from '../clock.ts'
import { createDraws } from '../draws.ts'
import { BodyError, readJson } from '../read-json.ts'
import { serve } from '../serve.ts'
import { readSettings } from '../settings.ts'
import type { RunningTarget, TargetOptions } from '../target.ts'
import { createCatalogue } from './catalogue.ts'
import { RateLimiter } from './rate-limiter.ts'
import type { Visit } from './route.ts'
import { createRouter, type Routed } from './router.ts'
import { createServices } from './services.ts'
import { sessionOf } from './session-of.ts'
import { storefrontSettings } from './settings.ts'
import { Shop } from './shop.ts'

const limitedPrefix = '/limited'

/**
 * A web shop of four services: products, users, checkout, analytics. Latencies are log-normal per route, services have
 * a capacity, and a share of requests fails, as the settings say; for one seed the n-th request of a route always has
 * the same latency and the same fault. What is asked for under `/limited` passes a rate limiter first, keyed by
 * `x-api-key`. `GET /health` costs nothing.
 */
export async function startStorefront(options: TargetOptions = {}): Promise<RunningTarget> {
  const { seed = 1, clock = createMovableClock() } = options
  const settings = readSettings(storefrontSettings, options.settings)
  const draw = createDraws(seed)
  const shop = new Shop(createCatalogue(draw))
  const services = createServices({ settings, draw, clock })
  const route = createRouter()
  const limiter = new RateLimiter({
    user: { perMinute: settings.limit_per_minute, perHour: settings.limit_per_hour },
    admin: { perMinute: settings.limit_admin_per_minute, perHour: settings.limit_admin_per_hour },
    clock,
  })
  const startedMs = clock.now()

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const { url = '/', method = 'GET' } = request
    const isLimited = url.startsWith(`${limitedPrefix}/`)
    if (isLimited && !passes(request, response)) return
    const routed = route(method, isLimited ? url.slice(limitedPrefix.length) : url)
    if (routed === undefined) {
      request.resume()
      answerJson(response, 404, { error: 'not found' })
    } else if (method === 'GET') {
      serveVisit(routed, {}, request, response)
    } else {
      void withBody(routed, request, response)
    }
  }

  function passes(request: IncomingMessage, response: ServerResponse): boolean {
    const key = request.headers['x-api-key']
    const verdict = limiter.check(typeof key === 'string' ? key : 'anonymous')
    response.setHeader('x-ratelimit-limit', verdict.limit)
    response.setHeader('x-ratelimit-remaining', verdict.remaining)
    response.setHeader('x-ratelimit-reset', Math.ceil(verdict.resetMs / 1000))
    if (verdict.isAllowed) return true
    request.resume()
    answerJson(response, 429, { error: 'rate limit exceeded' }, { 'retry-after': String(verdict.retryAfterSeconds) })
    return false
  }

  async function withBody(routed: Routed, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      serveVisit(routed, await readJson(request), request, response)
    } catch (error) {
      if (!(error instanceof BodyError)) throw error
      answerJson(response, error.status, { error: error.message })
    }
  }

  function serveVisit(routed: Routed, body: object, request: IncomingMessage, response: ServerResponse): void {
    services.serve(routed.route, request, response, (isDeclined) => {
      const visit: Visit = {
        shop,
        id: routed.id,
        query: routed.query(),
        body: body as Readonly<Record<string, unknown>>,
        session: sessionOf(request.headers),
        isDeclined,
      }
      return routed.route.answer(visit)
    })
  }

  const state = () => ({
    target: 'storefront',
    seed,
    uptime_seconds: (clock.now() - startedMs) / 1000,
    connections: serving.connections,
    services: services.state(),
    limiter: limiter.state(),
    shop: shop.state(),
    settings,
  })
  const serving = await serve({ host: options.host, port: options.port, handle, state, clock })
  return { url: serving.url, adminUrl: serving.url, state, stop: serving.stop }
}
