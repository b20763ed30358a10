import { refuse, type Route } from './route.ts'

export const analyticsRoutes: readonly Route[] = [
  {
    name: 'POST /api/events',
    service: 'analytics',
    medianMs: 3,
    sigma: 0.6,
    answer({ shop, body: { type } }) {
      if (typeof type !== 'string') return refuse(400, 'type must be a string')
      shop.events += 1
      return { status: 202, body: { accepted: true } }
    },
  },
  {
    name: 'GET /api/analytics/summary',
    service: 'analytics',
    medianMs: 90,
    sigma: 0.6,
    answer: ({ shop }) => ({ status: 200, body: shop.state() }),
  },
]
