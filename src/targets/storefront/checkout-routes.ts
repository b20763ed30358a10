import { refuse, type Route } from './route.ts'
import type { Order } from './shop.ts'

const mostOfOne = 100
const mostLines = 50

export const checkoutRoutes: readonly Route[] = [
  {
    name: 'POST /api/cart',
    service: 'checkout',
    medianMs: 12,
    sigma: 0.7,
    answer({ shop, session, body: { product_id: product, quantity = 1 } }) {
      if (typeof product !== 'string' || !Number.isInteger(quantity)) {
        return refuse(400, 'product_id must be a string, quantity a whole number')
      }
      if ((quantity as number) < 1 || (quantity as number) > mostOfOne) {
        return refuse(400, `quantity must be 1-${mostOfOne}`)
      }
      if (!shop.catalogue.byId.has(product)) return refuse(404, 'no such product')
      const cart = session ?? shop.id('s')
      const lines = [...(shop.carts.get(cart) ?? []), { product_id: product, quantity: quantity as number }]
      if (lines.length > mostLines) return refuse(409, `a cart holds at most ${mostLines} lines`)
      shop.carts.set(cart, lines)
      const body = { lines, total_cents: shop.totalCents(lines) }
      if (session !== undefined) return { status: 201, body }
      shop.sessions.set(cart, {})
      return { status: 201, body, headers: { 'set-cookie': `session=${cart}; Path=/; HttpOnly` } }
    },
  },
  {
    name: 'GET /api/cart',
    service: 'checkout',
    medianMs: 7,
    sigma: 0.6,
    answer({ shop, session }) {
      const lines = session === undefined ? [] : (shop.carts.get(session) ?? [])
      return { status: 200, body: { lines, total_cents: shop.totalCents(lines) } }
    },
  },
  {
    name: 'POST /api/checkout',
    service: 'checkout',
    medianMs: 62,
    sigma: 0.6,
    answer({ shop, session }) {
      const lines = session === undefined ? undefined : shop.carts.get(session)
      if (session === undefined || lines === undefined) return refuse(409, 'the cart is empty')
      const order: Order = { id: shop.id('o'), lines, total_cents: shop.totalCents(lines), state: 'pending' }
      shop.orders.set(order.id, order)
      shop.carts.delete(session)
      return { status: 201, body: order }
    },
  },
  {
    name: 'POST /api/payments',
    service: 'checkout',
    medianMs: 95,
    sigma: 0.6,
    answer({ shop, body: { order_id: id }, isDeclined }) {
      const order = typeof id === 'string' ? shop.orders.get(id) : undefined
      if (order === undefined) return refuse(404, 'no such order')
      if (order.state === 'paid') return refuse(409, 'this order is paid')
      const settled: Order = { ...order, state: isDeclined ? 'declined' : 'paid' }
      shop.orders.set(order.id, settled)
      if (isDeclined) return { status: 402, body: { error: 'payment declined', ...settled } }
      shop.paidCents += order.total_cents
      return { status: 200, body: settled }
    },
  },
  {
    name: 'GET /api/orders/:',
    service: 'checkout',
    medianMs: 7,
    sigma: 0.6,
    answer({ shop, id }) {
      const order = shop.orders.get(id)
      return order === undefined ? refuse(404, 'no such order') : { status: 200, body: order }
    },
  },
]
