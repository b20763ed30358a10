import { journey } from '../src/workloads/http/define-journey.ts'

export const journeys = [
  journey('buy', {}, async ({ step, check }) => {
    await step('home', { path: '/' })
    const { status } = await step('product', { path: '/products/1' })
    check('found', status === 200)
    await step('basket', { path: '/basket', json: { sku: 1, quantity: 2 } })
  }),
]
