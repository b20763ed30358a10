import assert from 'node:assert/strict'
import test from 'node:test'
import { startTarget, targets } from '../../src/targets/index.ts'
import { started } from './start-target.ts'

for (const { name } of targets) {
  test(`${name} starts by its name, answers for its health and tells its state`, async (t) => {
    const { url, adminUrl } = await started(t, name)
    assert.match(
      url,
      name === 'relay' ? /^ws:\/\/127\.0\.0\.1:\d+\/connection\/websocket$/ : /^http:\/\/127\.0\.0\.1:\d+$/,
    )
    assert.equal((await fetch(`${adminUrl}/health`)).status, 200)
    assert.partialDeepStrictEqual(await (await fetch(`${adminUrl}/_target/state`)).json(), { target: name })
  })
}

test('a port that is taken is named, with the way out', async (t) => {
  const { adminUrl } = await started(t, 'storefront')
  const port = Number(new URL(adminUrl).port)
  for (const { name } of targets) {
    await assert.rejects(startTarget(name, { port }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'PORT_IN_USE')
      assert.match(error.message, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use; .*or 0 for any free one`))
      return true
    })
  }
})

test('a name that does not exist and numbers that cannot be meant are refused', async () => {
  await assert.rejects(startTarget('shop'), /shop: is not known; there are storefront, relay, honesty-steady/)
  await assert.rejects(
    startTarget('honesty-freeze', { settings: { freeze_ms: -1 } }),
    /freeze_ms: must be a number, 0-3600000, got -1/,
  )
  await assert.rejects(
    startTarget('storefront', { settings: { user_queue: Number.NaN } }),
    /user_queue: must be a whole number/,
  )
})
