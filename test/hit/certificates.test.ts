import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { runHit } from '../../src/hit/run-hit.ts'
import { hitRequest, listening } from './servers.ts'

/** For `somebody.else`, signed by itself; undefined where there is no openssl. */
function certificate(t: TestContext): { key: Buffer; cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-hit-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=somebody.else -keyout ${key} -out ${cert}`
  try {
    execFileSync('openssl', words.split(' '), { stdio: 'ignore' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

test('a certificate for somebody else is tls, unless any will do', { timeout: 30_000 }, async (t) => {
  const pair = certificate(t)
  if (pair === undefined) return t.skip('there is no openssl to make a certificate with')
  const server = createServer(pair, (_request, response) => response.end('ok'))
  const { url } = await listening(t, server, 'https')
  const options = { stop: t.signal }
  const refused = await runHit(hitRequest(url, { amount: 4 }), options)
  assert.deepEqual(refused.requests.outcomes, { tls: 4 })
  const taken = await runHit(hitRequest(url, { amount: 4, insecure: true }), options)
  assert.deepEqual(taken.requests.outcomes, { ok: 4 })
})
