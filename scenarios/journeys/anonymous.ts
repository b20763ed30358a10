import { journey, type JourneyContext } from '../../src/workloads/http/define-journey.ts'

/** How long somebody looks at a list, reads a page, makes up their mind: seconds. */
const HABITS = {
  fast: { browse: 1, read: 2, decide: 1 },
  normal: { browse: 3, read: 5, decide: 4 },
  slow: { browse: 5, read: 10, decide: 8 },
} as const

type Habits = (typeof HABITS)[keyof typeof HABITS]

/** A third of visitors is of each kind. */
function habitsOf({ pick }: JourneyContext): Habits {
  return HABITS[pick({ fast: 1, normal: 1, slow: 1 })]
}

interface Page {
  readonly products: readonly { readonly id: string }[]
}

/** Looks at a list and opens one of its products, if it has any; answers which. */
async function open(context: JourneyContext, path: string, habits: Habits): Promise<string | undefined> {
  const { step, think, random, check } = context
  const list = await step(path.startsWith('/api/search') ? 'search' : 'list', { path })
  if (!list.ok) return undefined
  const { products } = list.json() as Page
  await think(habits.browse * 1000)
  if (!check('there is something to see', products.length > 0)) return undefined
  const { id } = products[random.integer(0, products.length - 1)]
  await step('product', { path: `/api/products/${id}` })
  await think(habits.read * 1000)
  return id
}

export const journeys = [
  journey('look-around', { weight: 60 }, async (context) => {
    const habits = habitsOf(context)
    for (let page = 1; page <= 3; page++) await open(context, `/api/products?page=${page}`, habits)
  }),

  journey('search', { weight: 30 }, async (context) => {
    const habits = habitsOf(context)
    const word = context.pick({ kettle: 1, drum: 1, lamp: 1, basket: 1 })
    await open(context, `/api/search?q=${word}`, habits)
  }),

  journey('abandoned-cart', { weight: 10 }, async (context) => {
    const { step, think } = context
    const habits = habitsOf(context)
    const product = await open(context, '/api/products', habits)
    if (product === undefined) return
    await think(habits.decide * 1000)
    await step('add-to-cart', { path: '/api/cart', json: { product_id: product, quantity: 1 }, expect: 201 })
    await think(habits.decide * 1000)
    await step('cart', { path: '/api/cart' })
  }),
]
