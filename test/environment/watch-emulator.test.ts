import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { watchEmulator } from '../../src/environment/watch-emulator.ts'
import { EnvironmentLostError } from '../../src/errors.ts'

/** What LocalStack tells of itself, as its containers do: a new session after each start. */
async function emulator(t: TestContext, session: string | undefined) {
  const state = { session }
  const server = createServer((_, response) =>
    response.end(state.session ? `{"session_id": "${state.session}"}` : '{}'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  t.after(close)
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const watch = await watchEmulator({ endpoint, name: 'localstack', everyMs: 5, refusedMs: 50 })
  t.after(() => watch.stop())
  return { state, close, watch }
}

test('an emulator that was started anew has forgotten the run, and that is what an error of a call is explained by', async (t) => {
  const { state, watch } = await emulator(t, 'one')
  state.session = 'two'
  const reason = await watch.explain(new Error('QueueDoesNotExist'))
  assert.ok(reason instanceof EnvironmentLostError)
  assert.match(reason.message, /was started anew in the middle of the run/)
  assert.match(String(reason.cause), /QueueDoesNotExist/)
  await assert.rejects(watch.failure, /was started anew in the middle of the run/)
})

test('an emulator that is gone for longer than a restart takes is lost', async (t) => {
  const { close, watch } = await emulator(t, 'one')
  close()
  await assert.rejects(watch.failure, (error) => {
    assert.ok(error instanceof EnvironmentLostError)
    assert.match(error.message, /is gone: it was stopped or killed in the middle of the run.*the local bundle is kept/)
    return true
  })
  assert.ok((await watch.explain(new Error('ECONNREFUSED'))) instanceof EnvironmentLostError)
})

test('an error of a call on an emulator that is well stays what it is, also where it tells no session', async (t) => {
  for (const session of ['one', undefined]) {
    const { watch } = await emulator(t, session)
    const error = new Error('ConditionalCheckFailed')
    assert.equal(await watch.explain(error), error)
  }
})

test('one that takes connections and says nothing is told from one that is gone: the run can go on', async (t) => {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const watch = await watchEmulator({ endpoint, name: 'localstack', everyMs: 5, answerMs: 20, silentMs: 60 })
  t.after(() => watch.stop())
  await assert.rejects(watch.failure, (error) => {
    assert.ok(!(error instanceof EnvironmentLostError))
    assert.match((error as Error).message, /takes connections and says nothing.*docker unpause/)
    return true
  })
})
