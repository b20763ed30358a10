import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import test from 'node:test'
import { Script } from 'node:vm'
import { start } from './start.ts'

test('the page brings all it needs, and may run nothing but its own script', async (t) => {
  const { endpoint } = await start(t, { inMemory: true })
  const response = await fetch(`${endpoint}/_turnaround`)
  assert.equal(response.url, `${endpoint}/_turnaround/`)
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
  const html = await response.text()
  assert.doesNotMatch(html, /\b(src|href)="(?!data:)/)
  const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]
  const policy = response.headers.get('content-security-policy')!
  assert.ok(policy.includes(`script-src 'sha256-${hash('sha256', script, 'base64')}'`))
  assert.match(policy, /^default-src 'none';.*connect-src 'self';.*frame-ancestors 'none'/)
  // Parses; what it shows is looked at in a browser, by `browser.test.ts`.
  assert.doesNotThrow(() => new Script(script))
})
