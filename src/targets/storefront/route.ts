import type { Shop } from './shop.ts'

export const serviceNames = ['product', 'user', 'checkout', 'analytics'] as const
export type ServiceName = (typeof serviceNames)[number]

/** A request as a route sees it. */
export interface Visit {
  readonly shop: Shop
  /** The last part of the path, where the route takes one. */
  readonly id: string
  readonly query: URLSearchParams
  /** The parsed body; `{}` for GET. */
  readonly body: Readonly<Record<string, unknown>>
  /** From `authorization: Bearer …` or the cookie `session`; undefined where there is neither. */
  readonly session: string | undefined
  /** A payment that the plan of faults declines. */
  readonly isDeclined: boolean
}

export interface Answer {
  readonly status: number
  /** A string is JSON already. */
  readonly body: object | string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  /** `GET /api/products/:`; the colon stands for any one last part. */
  readonly name: string
  readonly service: ServiceName
  /** Log-normal: half of the requests take less than `medianMs`, 98 % less than `medianMs * e ** (2 * sigma)`. */
  readonly medianMs: number
  readonly sigma: number
  readonly answer: (visit: Visit) => Answer
}

export const refuse = (status: number, error: string): Answer => ({ status, body: { error } })
