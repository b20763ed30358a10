import { journey, type JourneyContext } from '../../src/workloads/http/define-journey.ts'

/** Of journeys: what goes wrong on the customer's side. The shop itself declines payments (`fault_payment`, 2 %). */
const LOST_CONNECTION = 0.05
const BAD_DATA = 0.03

interface Page {
  readonly products: readonly { readonly id: string }[]
}

export const journeys = [
  journey('complete-purchase', { weight: 70 }, async (context) => {
    const { step, think, check, random } = context
    const product = await findProduct(context)
    await think(3000)
    const email = `c${context.iteration}-${random.uint32()}@example.com`
    await step('register', { path: '/api/users', json: { email, name: 'Customer' }, expect: 201 })
    await think(2000)
    if (random.float64() < BAD_DATA) {
      await step('add-nothing', { path: '/api/cart', json: { product_id: product, quantity: 0 }, expect: 400 })
    }
    await step('add-to-cart', { path: '/api/cart', json: { product_id: product, quantity: 1 }, expect: 201 })
    await think(1000)
    await step('cart', { path: '/api/cart' })
    await think(1000)
    check('purchase is complete', await pay(context))
  }),

  journey('browse-and-exit', { weight: 20 }, async (context) => {
    await findProduct(context)
  }),

  journey('returning-customer', { weight: 10 }, async (context) => {
    const { step, think, check, random } = context
    const login = await step('login', { path: '/api/login', json: { email: 'demo@example.com' } })
    if (!login.ok) return
    const { token } = login.json() as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    await step('profile', { path: '/api/profile', headers })
    await think(1000)
    const product = `p${random.integer(1, 200)}`
    await step('add-to-cart', { path: '/api/cart', headers, json: { product_id: product, quantity: 1 }, expect: 201 })
    await think(2000)
    check('purchase is complete', await pay(context, headers))
  }),
]

/** Three requests and 5 s of looking: the list, a search, a product. */
async function findProduct({ step, think, random }: JourneyContext): Promise<string> {
  if (random.float64() < LOST_CONNECTION) {
    // The train goes into a tunnel: the first try is lost, and made again.
    await step('list', { path: '/api/products', timeoutMs: 1 })
    await think(1000)
  }
  const list = await step('list', { path: `/api/products?page=${random.integer(1, 10)}` })
  const { products } = list.ok ? (list.json() as Page) : { products: [{ id: 'p1' }] }
  await think(3000)
  await step('search', { path: '/api/search?q=kettle' })
  await think(2000)
  const { id } = products[random.integer(0, products.length - 1)]
  await step('product', { path: `/api/products/${id}` })
  return id
}

/** Orders, pays, once more where the card is declined, and looks whether it arrived: four requests, 4 s of thinking. */
async function pay({ step, think }: JourneyContext, headers: Record<string, string> = {}): Promise<boolean> {
  const ordered = await step('checkout', { path: '/api/checkout', headers, json: {}, expect: 201 })
  if (!ordered.ok) return false
  const { id } = ordered.json() as { id: string }
  await think(3000)
  const payment = { path: '/api/payments', headers, json: { order_id: id }, expect: [200, 402] }
  const paid = await step('pay', payment)
  if (paid.status === 402) await step('pay-again', payment)
  await think(1000)
  const order = await step('order', { path: `/api/orders/${id}`, headers })
  await step('event', { path: '/api/events', json: { type: 'purchase' } })
  return order.ok && (order.json() as { state: string }).state === 'paid'
}
