import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { importHar } from '../../../src/workloads/http/har.ts'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'
import { faultLines, runHttp, settingsOf } from './run-http.ts'
import { httpServer } from './servers.ts'

/** As Firefox saves it, cut down: a page, its picture from elsewhere, a login, an order. */
const file = fileURLToPath(new URL('shop.har', import.meta.url))

test('a recording becomes a journey: its requests in order, its pauses, without what belongs to the one who recorded it', () => {
  const { journey, faults } = importHar({ file, thinkScale: 1 })
  assert.deepEqual(faults, [])
  assert.deepEqual(
    journey?.steps.map(({ name, method, path, think, headers, body }) => ({
      name,
      method,
      path,
      think,
      headers,
      body,
    })),
    [
      {
        name: 'GET /',
        method: 'GET',
        path: '/',
        think: 1380,
        headers: { Accept: 'text/html', 'Accept-Language': 'en-GB' },
        body: undefined,
      },
      {
        name: 'POST /api/login',
        method: 'POST',
        path: '/api/login?next=%2Fcart',
        think: undefined,
        headers: { 'Content-Type': 'application/json', 'X-Price': 'in $${currency}' },
        body: '{"email":"demo@example.com","note":"$${5}"}',
      },
      { name: 'GET /api/cart', method: 'GET', path: '/api/cart', think: 800, headers: {}, body: undefined },
      { name: 'GET /api/cart (2)', method: 'GET', path: '/api/cart', think: undefined, headers: {}, body: undefined },
    ],
  )
})

test('pauses can be scaled, and other hosts taken along', () => {
  const steps = (more: object) => importHar({ file, thinkScale: 1, ...more }).journey?.steps
  assert.deepEqual(
    steps({ thinkScale: 0 })?.map(({ think }) => think),
    [undefined, undefined, undefined, undefined],
  )
  assert.equal(steps({ thinkScale: 2 })?.[0].think, 2760)
  assert.ok(steps({ hosts: ['shop.example.com', 'cdn.example.net'] })?.some(({ path }) => path === '/logo.png'))
})

test('it is sent to the target as it was recorded, dollar signs too', async (t) => {
  const seen: string[] = []
  const server = await httpServer(t, (request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      seen.push(
        `${request.method} ${request.url} ${String(request.headers['x-price'] ?? '')} ${request.headers.authorization ?? ''}${request.headers.cookie ?? ''}${body}`,
      )
      response.end()
    })
  })
  const run = await runHttp(server.url, { har: { file, thinkScale: 0 } })
  assert.deepEqual(run.outcome.failures, [])
  assert.deepEqual(seen, [
    'GET /  ',
    'POST /api/login?next=%2Fcart in ${currency} {"email":"demo@example.com","note":"${5}"}',
    'GET /api/cart  ',
    'GET /api/cart  ',
  ])
})

test('settings hold the journey itself, so that hosts need no recording', () => {
  const settings = settingsOf({ har: { file } })
  assert.ok(!('har' in settings))
  assert.equal(settings.journeys?.[0].steps.length, 4)
})

test('what is no recording is said to be none', async (t) => {
  const folder = await temporaryFolder(t)
  const faultOf = (text: string) => {
    const path = join(folder, 'bad.har')
    writeFileSync(path, text)
    return faultLines({ har: { file: path } }).join()
  }
  assert.match(faultOf('{'), /^har\.file: cannot be read: /)
  assert.match(faultOf('{"log": {}}'), /^har\.file: is no HAR: log\.entries /)
  assert.match(
    faultOf(
      '{"log": {"entries": [{"startedDateTime": "2024-01-01T00:00:00Z", "request": {"method": "GET", "url": "ws://x/"}}]}}',
    ),
    /har\.file: has no requests to any host/,
  )
  assert.match(
    faultLines({ har: { file: 'no-such.har' } }).join(),
    /^har\.file: "no-such\.har" does not exist; looked for /,
  )
})
