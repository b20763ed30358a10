import assert from 'node:assert/strict'
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'

const launcher = join(import.meta.dirname, '../../bin/turnaround.js')

interface Ready {
  readonly url: string
  readonly admin_url: string
}

function turnaround(t: TestContext, stdio: StdioOptions, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [launcher, 'target', ...args], { stdio })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function firstLine(child: ChildProcess): Promise<Ready> {
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string]
  return JSON.parse(line) as Ready
}

test('a target prints where it is, has its seed and settings, and stops on a signal', async (t) => {
  const child = turnaround(t, 'pipe', 'honesty-freeze', '--seed', '7', '--set', 'freeze_ms=5', '--set', 'service_ms=1')
  const { url, admin_url: adminUrl } = await firstLine(child)
  assert.equal(url, adminUrl)
  assert.equal((await fetch(url)).status, 200)
  const state: unknown = await (await fetch(`${adminUrl}/_target/state`)).json()
  assert.partialDeepStrictEqual(state, { target: 'honesty-freeze', seed: 7, requests: 1 })
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
})

test('a child is told where the target is over its channel, and ends when its parent lets go', async (t) => {
  const child = turnaround(t, ['ignore', 'ignore', 'inherit', 'ipc'], 'relay')
  const [ready] = (await once(child, 'message')) as [Ready]
  assert.match(ready.url, /^ws:/)
  assert.equal((await fetch(`${ready.admin_url}/health`)).status, 200)
  const exited = once(child, 'exit')
  child.disconnect()
  assert.deepEqual(await exited, [0, null])
})

test('all options that cannot be meant are named, with exit code 104', async (t) => {
  const refused = async (...args: string[]) => {
    const child = turnaround(t, 'pipe', ...args)
    const exited = once(child, 'exit')
    const said = await text(child.stderr!)
    assert.deepEqual(await exited, [104, null])
    return said
  }
  const [unread, unknown, nobody, nearly] = await Promise.all([
    refused('relay', '--set', 'ping_seconds', '--set', 'pong_seconds=x'),
    refused('relay', '--set', 'ping=1', '--set', 'ping_seconds=0'),
    refused('nobody'),
    refused('storefrnt'),
  ])
  assert.match(unread, /got "ping_seconds"\n.*got "pong_seconds=x"\n/)
  assert.match(
    unknown,
    /--set ping: is not known; did you mean ping_seconds\? there are .*\n.*--set ping_seconds: must be a whole number, 1-3600, got 0\n/,
  )
  assert.match(nobody, /"storefront", "relay", "honesty-steady"[^?]*\nSee turnaround target --help\n$/)
  assert.match(nearly, /; did you mean storefront\?\nSee turnaround target --help\n$/)
})
