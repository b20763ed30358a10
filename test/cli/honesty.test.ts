import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'
import type { HonestyDocument } from '../../src/honesty/honesty-document.ts'

const launcher = join(import.meta.dirname, '../../bin/turnaround.js')
const CODES = { within: 0, saturated: 90, beyond: 99, incomplete: 91 } as const

function start(t: TestContext, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [launcher, 'honesty', ...args], { stdio: 'pipe' })
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('honesty tells reported from true, and its exit code is the worst of its rows', { timeout: 60_000 }, async (t) => {
  const child = start(t, '--kind', 'steady', '--duration', '1s', '--json')
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number]>,
  ])
  const { behaviours } = JSON.parse(stdout) as HonestyDocument
  assert.equal(behaviours.length, 1)
  const [{ state, requests, percentiles }] = behaviours
  assert.equal(code, CODES[state])
  assert.deepEqual(requests, { true: 100, reported: 100 })
  assert.deepEqual(
    percentiles.map(({ true_ms: ms }) => ms),
    Array.from({ length: 6 }, () => 2.5),
  )
  assert.match(stderr, new RegExp(`steady, 10 connections: ${state}`))
})

test('a signal ends it with exit code 105, long before its time', { timeout: 60_000 }, async (t) => {
  const child = start(t, '--duration', '60s')
  const ended = once(child, 'close') as Promise<[number]>
  await new Promise((resolve) => setTimeout(resolve, 1500))
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [105, null])
})

test('what cannot be meant is named with exit code 104', async (t) => {
  const child = start(t, '--duration', '5ms')
  const [stderr, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')])
  assert.match(stderr, /--duration: must be a duration such as 10s or 1m30s, 1000 ms to 600 s, got "5ms"/)
  assert.equal(code, 104)
})
