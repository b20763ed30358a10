import assert from 'node:assert/strict'
import test from 'node:test'
import { CookieJar } from '../../../../src/workloads/http/client/cookie-jar.ts'
import { originOf } from '../../../../src/workloads/http/client/origin.ts'
import { createManualClock } from '../../../embedded/manual-clock.ts'

const shop = originOf(new URL('https://shop.example.com'))
const plain = originOf(new URL('http://shop.example.com'))
const other = originOf(new URL('https://pay.example.com'))

function jarWith(...cookies: readonly string[]) {
  const clock = { ...createManualClock(), monotonic: () => 0, sleep: () => Promise.resolve() }
  const jar = new CookieJar(clock)
  jar.store(cookies.map((cookie) => `Set-Cookie: ${cookie}`).join('\r\n'), shop, '/account/login')
  return { jar, clock }
}

test('a cookie goes back to the host that set it, below the folder it was set in', () => {
  const { jar } = jarWith('a=1')
  assert.equal(jar.header(shop, '/account/orders?page=2'), 'a=1')
  assert.equal(jar.header(shop, '/account'), 'a=1')
  assert.equal(jar.header(shop, '/accounting'), '')
  assert.equal(jar.header(other, '/account/orders'), '')
})

test('domain, path and secure are obeyed', () => {
  const { jar } = jarWith('a=1; Domain=example.com; Path=/', 'b=2; Path=/; Secure', 'c=3; Domain=elsewhere.com; Path=/')
  assert.equal(jar.header(shop, '/'), 'a=1; b=2')
  assert.equal(jar.header(other, '/'), 'a=1')
  assert.equal(jar.header(plain, '/'), 'a=1')
})

test('a cookie is replaced by its name, and goes when it expires or is said to', () => {
  const { jar, clock } = jarWith('a=1; Path=/; Max-Age=60', 'b=2; Path=/')
  jar.store('set-cookie: b=3; Path=/', shop, '/')
  assert.equal(jar.header(shop, '/'), 'a=1; b=3')
  jar.store('set-cookie: b=; Path=/; Max-Age=0', shop, '/')
  assert.equal(jar.header(shop, '/'), 'a=1')
  clock.advance(61_000)
  assert.equal(jar.header(shop, '/'), '')
  jar.store('set-cookie: old=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT', shop, '/')
  assert.equal(jar.get('old'), undefined)
})

test('longer paths go first, and a server cannot fill the jar', () => {
  const { jar } = jarWith('a=root; Path=/', 'a=deep; Path=/account')
  assert.equal(jar.header(shop, '/account/x'), 'a=deep; a=root')
  for (let count = 0; count < 500; count++) jar.store(`set-cookie: n${count}=1; Path=/`, shop, '/')
  assert.ok(jar.size <= 200)
  jar.store(`set-cookie: big=${'x'.repeat(10_000)}; Path=/`, shop, '/')
  assert.equal(jar.get('big'), undefined)
})
