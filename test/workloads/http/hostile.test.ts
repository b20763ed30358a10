import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import zlib from 'node:zlib'
import { readWholeFile } from '../../../src/workloads/http/read-whole-file.ts'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'
import { moduleWith } from './module.ts'
import { faultLines, iterations, runHttp } from './run-http.ts'
import { httpServer } from './servers.ts'

test('a journey may throw anything: its iteration fails, with a reason of a bearable length', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('{}'))
  const module = await moduleWith(
    t,
    `const things = [Object.create(null), undefined, 'text', new Error('m'.repeat(1e6)),
      Object.assign(new Error('x'), { message: Symbol('s') }), Object.assign(new Error('x'), { message: Object.create(null) })]
    export const journeys = [journey('thrower', {}, async ({ iteration }) => { throw things[iteration % things.length] })]`,
  )
  const run = await runHttp(server.url, { load: iterations(6), module })
  assert.equal(run.figures.iterations.outcomes.get('failed')?.responseTime.count, 6)
  const messages = run.outcome.failures.map(({ message }) => message)
  assert.equal(messages.length, 5, 'what is no text has one reason, whatever it was')
  assert.ok(messages.includes('a journey threw what is no text ([object Object])'))
  assert.ok(messages.includes('undefined') && messages.includes('text') && messages.includes('Symbol(s)'))
  assert.equal(Math.max(...messages.map(({ length }) => length)), 2000)
})

test('the name of a step or a check is text of a line: others fail the iteration, longer ones keep their beginning', async (t) => {
  const server = await httpServer(t, (_, response) => response.end('{}'))
  const module = await moduleWith(
    t,
    `const names = [undefined, {}, 5, 'long '.repeat(10000)]
    export const journeys = [journey('namer', {}, async ({ iteration, step, check }) => {
      check('long '.repeat(10000), true)
      await step(names[iteration], { path: '/' })
    })]`,
  )
  const run = await runHttp(server.url, { load: iterations(4), module })
  const [name] = [...run.figures.steps.keys()]
  assert.deepEqual([...run.figures.steps.keys()].length, 1)
  assert.deepEqual([name.length, name.slice(0, 10), name.at(-1)], [200, 'long long ', '…'])
  assert.deepEqual(run.checks, [{ name, passed: 4, failed: 0 }])
  assert.deepEqual(
    run.outcome.failures.map(({ message }) => message).toSorted(),
    ['number', 'object', 'undefined'].map((type) => `the name of a step or check must be text, got ${type}`),
  )
})

test('a body that turns out to be no good ends its request at once, though it would go on for ever', async (t) => {
  const server = await httpServer(t, (request, response) => {
    response.setHeader('content-encoding', 'gzip')
    const zeros = zlib.createGzip()
    const chunk = Buffer.alloc(64 * 1024)
    const more = (): void =>
      void (request.url === '/bomb' ? zeros : response).write(chunk, () => response.closed || setImmediate(more))
    if (request.url === '/bomb') zeros.pipe(response)
    more()
  })
  for (const path of ['/bomb', '/garbage']) {
    const extract = [{ name: 'x', regex: 'x', default: '' }]
    const journeys = [{ name: 'j', steps: [{ name: 'get', path, extract, onFailure: 'continue' }] }]
    const run = await runHttp(server.url, { load: iterations(2), journeys, maxBodyBytes: 1024, timeout: '60s' })
    assert.deepEqual(run.outcomes('get'), { error: 2 }, path)
  }
})

test('redirects that never end fail their step, and what looks at its body finds none', async (t) => {
  const server = await httpServer(t, (_, response) => response.writeHead(302, { location: '/again' }).end())
  const steps = [{ name: 'get', path: '/', checks: [{ name: 'body', body: true, contains: 'x' }] }]
  const run = await runHttp(server.url, { journeys: [{ name: 'j', steps }], followRedirects: 2 })
  assert.deepEqual(run.outcomes('get'), { error: 1 })
  assert.deepEqual(run.checks, [{ name: 'body', passed: 0, failed: 1 }])
  assert.deepEqual(
    run.outcome.failures.map(({ message }) => message),
    ['step get: error'],
  )
})

test('files without an end are not read', async (t) => {
  const pipe = join(await temporaryFolder(t), 'pipe.csv')
  execFileSync('mkfifo', [pipe])
  for (const path of ['/dev/zero', pipe, '/']) assert.throws(() => readWholeFile(path), /^Error: is no file$/)
  assert.deepEqual(faultLines({ feeders: { users: { file: pipe } }, har: { file: pipe } }), [
    `feeders.users.file: ${pipe}: is no file`,
    'har.file: cannot be read: is no file',
  ])
})

test('secrets of a URL are refused, and not said again', () => {
  const steps = [{ name: 's', url: 'https://me:hunter2@shop.test/' }]
  for (const part of [
    { target: 'https://me:hunter2@shop.test' },
    { target: 'ftp://me:hunter2@shop.test' },
    { target: 'https://shop.test/?token=hunter2' },
    { journeys: [{ name: 'j', steps }] },
  ]) {
    const [line, ...others] = faultLines(part)
    assert.deepEqual(others, [])
    assert.match(line, /must hold no (?:user and no password|query)/)
    assert.doesNotMatch(line, /hunter2/)
  }
})

test('a header whose value would end its line is a fault of the scenario', () => {
  const journeys = [{ name: 'j', steps: [{ name: 's', path: '/', headers: { 'x-step': 'ä\u0000' } }] }]
  assert.deepEqual(faultLines({ headers: { 'x-all': 'a\r\nx-more: 1' }, journeys }), [
    'journeys.0.steps.0.headers.x-step: must be Latin-1 without line breaks and other control characters',
    'headers.x-all: must be Latin-1 without line breaks and other control characters',
  ])
})
