import { refuse, type Route } from './route.ts'

export const productRoutes: readonly Route[] = [
  {
    name: 'GET /api/products',
    service: 'product',
    medianMs: 6,
    sigma: 0.6,
    answer({ shop, query }) {
      const page = Number(query.get('page') ?? 1)
      if (!Number.isInteger(page) || page < 1) return refuse(400, 'page must be a whole number from 1')
      return { status: 200, body: shop.catalogue.page(page, query.get('category') ?? undefined) }
    },
  },
  {
    name: 'GET /api/products/:',
    service: 'product',
    medianMs: 4,
    sigma: 0.6,
    answer({ shop, id }) {
      const body = shop.catalogue.json.get(id)
      return body === undefined ? refuse(404, 'no such product') : { status: 200, body }
    },
  },
  {
    name: 'GET /api/search',
    service: 'product',
    medianMs: 10,
    sigma: 0.7,
    answer({ shop, query }) {
      const text = query.get('q') ?? ''
      if (text === '' || text.length > 100) return refuse(400, 'q must have 1-100 characters')
      return { status: 200, body: shop.catalogue.search(text) }
    },
  },
]
