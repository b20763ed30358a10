import { analyticsRoutes } from './analytics-routes.ts'
import { checkoutRoutes } from './checkout-routes.ts'
import { productRoutes } from './product-routes.ts'
import type { Route } from './route.ts'
import { userRoutes } from './user-routes.ts'

export interface Routed {
  readonly route: Route
  readonly id: string
  /** Parsed when it is asked for: most routes do not. */
  query(): URLSearchParams
}

export const routes: readonly Route[] = [...productRoutes, ...userRoutes, ...checkoutRoutes, ...analyticsRoutes]

/** Finds the route of a method and a path with its query; undefined where there is none. */
export function createRouter(): (method: string, target: string) => Routed | undefined {
  const byName = new Map(routes.map((route) => [route.name, route]))
  return (method, target) => {
    const mark = target.indexOf('?')
    const path = mark < 0 ? target : target.slice(0, mark)
    const query = () => new URLSearchParams(mark < 0 ? '' : target.slice(mark))
    const exact = byName.get(`${method} ${path}`)
    if (exact !== undefined) return { route: exact, id: '', query }
    const slash = path.lastIndexOf('/')
    const route = byName.get(`${method} ${path.slice(0, slash)}/:`)
    return route === undefined ? undefined : { route, id: path.slice(slash + 1), query }
  }
}
