import { type Answer, refuse, type Route } from './route.ts'
import type { Shop, User } from './shop.ts'

export const userRoutes: readonly Route[] = [
  {
    name: 'POST /api/users',
    service: 'user',
    medianMs: 18,
    sigma: 0.5,
    answer({ shop, body: { email, name = 'Guest' } }) {
      if (!isEmail(email) || typeof name !== 'string') return refuse(400, 'email and name must be strings')
      if (shop.users.get(email) !== undefined) return refuse(409, 'this email is registered')
      const user: User = { id: shop.id('u'), email, name }
      shop.users.set(email, user)
      return signIn(shop, user, 201)
    },
  },
  {
    name: 'POST /api/login',
    service: 'user',
    medianMs: 14,
    sigma: 0.5,
    answer({ shop, body: { email } }) {
      const user = isEmail(email) ? shop.users.get(email) : undefined
      return user === undefined ? refuse(401, 'no such user') : signIn(shop, user, 200)
    },
  },
  {
    name: 'GET /api/profile',
    service: 'user',
    medianMs: 5,
    sigma: 0.5,
    answer({ shop, session }) {
      const userId = session === undefined ? undefined : shop.sessions.get(session)?.userId
      return userId === undefined ? refuse(401, 'log in first') : { status: 200, body: { id: userId } }
    },
  },
  {
    name: 'POST /api/logout',
    service: 'user',
    medianMs: 4,
    sigma: 0.5,
    answer({ shop, session }) {
      if (session !== undefined) shop.sessions.delete(session)
      return { status: 200, body: {}, headers: { 'set-cookie': 'session=; Path=/; Max-Age=0' } }
    },
  },
]

function signIn(shop: Shop, user: User, status: number): Answer {
  const token = shop.id('s')
  shop.sessions.set(token, { userId: user.id })
  return {
    status,
    body: { id: user.id, token },
    headers: { 'set-cookie': `session=${token}; Path=/; HttpOnly` },
  }
}

function isEmail(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 254 && /^[^@\s]+@[^@\s]+$/.test(value)
}
