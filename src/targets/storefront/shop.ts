import type { Catalogue } from './catalogue.ts'
import { Recent } from './recent.ts'

export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
}

export interface Line {
  readonly product_id: string
  readonly quantity: number
}

export interface Order {
  readonly id: string
  readonly lines: readonly Line[]
  readonly total_cents: number
  readonly state: 'pending' | 'paid' | 'declined'
}

/** What the shop remembers. Ids are numbered, so that the same requests in the same order give the same answers. */
export class Shop {
  readonly catalogue: Catalogue
  readonly users = new Recent<User>()
  readonly sessions = new Recent<{ readonly userId?: string }>()
  readonly carts = new Recent<readonly Line[]>()
  readonly orders = new Recent<Order>()
  events = 0
  paidCents = 0
  #lastId = 0

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue
    this.users.set('demo@example.com', { id: 'u0', email: 'demo@example.com', name: 'Demo' })
  }

  id(prefix: string): string {
    this.#lastId += 1
    return `${prefix}${this.#lastId}`
  }

  totalCents(lines: readonly Line[]): number {
    return lines.reduce((sum, line) => sum + this.catalogue.byId.get(line.product_id)!.price_cents * line.quantity, 0)
  }

  state(): object {
    const { users, sessions, carts, orders } = this
    return {
      users: users.size,
      sessions: sessions.size,
      carts: carts.size,
      orders: orders.size,
      events: this.events,
      paid_cents: this.paidCents,
    }
  }
}
