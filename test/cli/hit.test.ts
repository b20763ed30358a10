import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test, { type TestContext } from 'node:test'
import { exitCodeOf } from '../../src/cli/commands/hit.ts'
import type { Verdict } from '../../src/engine/verdict.ts'
import type { HitDocument } from '../../src/hit/hit-document.ts'
import { httpServer, refusingUrl } from '../hit/servers.ts'

const launcher = join(import.meta.dirname, '../../bin/turnaround.js')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function start(t: TestContext, ...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [launcher, 'hit', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return { child, ended: endOf(child) }
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number]>,
  ])
  return { code, stdout, stderr }
}

/** As fast as most targets: flat out against one that answers at once two cores would be at work for a second and more. */
function answerSoon(_request: IncomingMessage, response: ServerResponse): void {
  setTimeout(() => response.end('ok'), 10)
}

/** A busy machine may make the generator the bottleneck: then that is said, and is the exit code. */
function codeOf({ verdict }: HitDocument): number {
  return verdict.state === 'saturated' ? 90 : 0
}

test('hit says the verdict first and then the figures', async (t) => {
  const { url } = await httpServer(t, (_request, response) => response.end('ok'))
  const { code, stdout, stderr } = await start(t, url, '-n', '40', '-c', '4').ended
  assert.ok(code === 0 || code === 90, `${code}: ${stderr}`)
  assert.match(stdout.trimStart(), code === 0 ? /^✔ valid/ : /^▲ saturated/)
  assert.match(stdout, /closed loop \(autocannon\), flat out: 4 connections/)
  assert.match(stdout, /http_req_failed\.+: 0\.00% +0 out of 40/)
  assert.match(stdout, /http_reqs\.+: 40 /)
  assert.match(stdout, /200 +40 +100 %/)
})

test('hit prints everything as JSON, with progress on stderr', { timeout: 60_000 }, async (t) => {
  const { url } = await httpServer(t, answerSoon)
  const { code, stdout, stderr } = await start(t, url, '-d', '1500ms', '-c', '2', '--json').ended
  const document = JSON.parse(stdout) as HitDocument
  assert.equal(code, codeOf(document))
  assert.ok(document.requests.ok > 0 && document.failed === 0)
  assert.match(stderr, /requests, .* in the last second, 0 failed/)
})

test('a target that is down is no success', { timeout: 60_000 }, async (t) => {
  const { code, stdout } = await start(t, await refusingUrl(), '-c', '2').ended
  assert.equal(code, 99)
  assert.match(stdout, /every request failed/)
  assert.match(stdout, /refused +\d+ +100 %/)
})

test('the first signal ends it with figures and exit code 105', { timeout: 60_000 }, async (t) => {
  const { url } = await httpServer(t, answerSoon)
  const { child, ended } = start(t, url, '-d', '1h', '-c', '2', '--json')
  await once(child.stderr!, 'data') // a second of load is behind it
  child.kill('SIGINT')
  const { code, stdout } = await ended
  const { verdict, requests } = JSON.parse(stdout) as HitDocument
  assert.equal(code, 105)
  assert.equal(verdict.state, 'aborted')
  assert.ok(requests.ok > 0)
})

test('what cannot be meant is named with exit code 104, and nothing is sent', { timeout: 60_000 }, async (t) => {
  const refused = async (...args: string[]) => {
    const { code, stderr, stdout } = await start(t, ...args).ended
    assert.deepEqual([code, stdout], [104, ''])
    return stderr
  }
  const [scheme, headers, both, rate, none, method] = await Promise.all([
    refused('ftp://host/'),
    refused('localhost', '-H', 'no colon', '-H', 'x: a\nb', '-H', 'content-length: 5'),
    refused('localhost', '-n', '5', '-d', '5s'),
    refused('localhost', '--max-error-rate', '2'),
    refused('localhost', '-c', '0'),
    refused('localhost', '-m', 'BREW'),
  ])
  assert.match(scheme, /must be http or https, got ftp:/)
  assert.match(headers, /number 1 of 3 is not\n.*number 2 of 3 is not\n.*content-length is made here/)
  assert.match(both, /--duration: has no meaning beside --amount/)
  assert.match(rate, /--max-error-rate: must be a share, 0-1, got "2"/)
  assert.match(none, /--connections: must be a whole number, 1-10000, got "0"/)
  assert.match(method, /"GET", "HEAD"/)
})

test('a generator that runs out of descriptors says so', { timeout: 60_000 }, async (t) => {
  if (process.platform !== 'linux') return t.skip('needs a limit of descriptors that a shell can set')
  const { url } = await httpServer(t, answerSoon)
  const words = `ulimit -n 100 && exec "${process.execPath}" "${launcher}" hit ${url} -c 200 -d 1s --json`
  const child = spawn('sh', ['-c', words], { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const { code, stdout, stderr } = await endOf(child)
  const { requests, verdict } = JSON.parse(stdout || stderr) as HitDocument
  assert.ok(requests.outcomes['sockets'] > 0 && requests.ok > 0)
  assert.equal(verdict.state, 'saturated')
  assert.equal(code, 90)
})

const requests = (count: number) => ({ count }) as HitDocument['requests']
const valid: Verdict = { state: 'valid', measures: [] }
const exceeded = [{ name: 'cpu_share', where: 'main thread', value: 1, limit: 0.9 }] as const
const saturated: Verdict = { state: 'saturated', exceeded, measures: exceeded }
const aborted: Verdict = { state: 'aborted', reason: 'nothing', exceeded, measures: exceeded }

for (const [what, verdict, failed, isStopped, maxErrorRate, code] of [
  ['all is well', valid, 0, false, undefined, 0],
  ['some fail and nobody asked', valid, 9, false, undefined, 0],
  ['all fail', valid, 10, false, undefined, 99],
  ['all fail and any share may', valid, 10, false, 1, 99],
  ['more fail than may', valid, 2, false, 0.1, 99],
  ['as many fail as may', valid, 1, false, 0.1, 0],
  ['the generator was the limit', saturated, 0, false, undefined, 90],
  ['the generator was the limit and too many failed', saturated, 2, false, 0.1, 90],
  ['nothing was answered, whatever the generator did', aborted, 10, false, undefined, 99],
  ['a signal came', aborted, 0, true, undefined, 105],
] as const) {
  test(`exit code ${code} where ${what}`, () => {
    assert.equal(exitCodeOf({ verdict, failed, requests: requests(10) }, { isStopped, maxErrorRate }), code)
  })
}

test('nothing that ended is no success', () => {
  assert.equal(
    exitCodeOf({ verdict: valid, failed: 0, requests: requests(0) }, { isStopped: false, maxErrorRate: 1 }),
    99,
  )
})
