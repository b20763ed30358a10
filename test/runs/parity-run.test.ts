import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { compareRuns, type RunParityDocument } from '../../src/compare/run-parity.ts'
import { renderRunParityHtml } from '../../src/report/run-parity-html.ts'
import { renderRunParityText } from '../../src/report/run-parity-text.ts'
import { hostedIn } from './hosted.ts'
import { turnaroundIn } from './turnaround.ts'

const TWO = ['--set', 'flights.sequences=2']
const PREFIXES = ['delays/', 'percentiles/', 'merged_percentiles/']

async function parityIn(t: TestContext) {
  const { start, data, results } = await turnaroundIn(t)
  const parity = (...args: string[]) => start('parity-run', ...args, '--data', data, '--results', results).ended
  return { parity, results }
}

test('the same scenario with a host of its own and with one apart gives the same digest, and both reports say so', async (t) => {
  const { parity, results } = await parityIn(t)
  const { code, stdout, stderr } = await parity(
    'flights-small',
    ...TWO,
    '--b',
    'embedded+work',
    '--workers',
    '1',
    '--json',
  )
  assert.equal(code, 0, stderr)
  const document = JSON.parse(stdout) as RunParityDocument
  assert.equal(document.verdict, 'same')
  assert.equal(document.a.digest, document.b.digest)
  assert.equal(document.difference, null)
  assert.match(document.b.hosts, /a separate process/)
  const counted = Object.fromEntries(document.counts.map(({ name, a, b }) => [name, [a, b]]))
  assert.deepEqual(counted['jobs done'], counted.jobs)
  assert.ok(counted.sends.every((sends) => sends >= counted.jobs[0]))
  assert.ok(counted.receives.every((receives) => receives >= counted.jobs[0]))
  assert.ok(document.timings.find(({ name }) => name === 'makespan')!.ratio! > 0)

  const [folder] = await readdir(results)
  assert.match(folder, /^parity-flights-small-\d{8}t\d{6}z$/)
  assert.deepEqual(JSON.parse(await readFile(join(results, folder, 'parity-run.json'), 'utf8')), document)
  const html = await readFile(join(results, folder, 'parity-run.html'), 'utf8')
  assert.match(html, /An emulator’s speed is not AWS’s/)
  assert.doesNotMatch(html, /<(script|link|img)|https?:\/\/(?!127)/)
})

test('where results differ the first object and row are named, with exit code 99; an incomplete run is inconclusive, 94', async (t) => {
  const { run, results, end } = await hostedIn(t)
  const side = async (runId: string, ...args: string[]) => ({
    results: (await run('flights-small', ...TWO, '--run-id', runId, ...args)).results,
    folder: join(results, runId),
    hosts: 'threads',
    endpoint: null,
  })
  const [a, b] = [await side('one'), await side('two', '--seed', '2')]
  await end()
  const options = { prefixes: PREFIXES, nowMs: 0, version: '0' }
  const document = await compareRuns(a, b, options)
  assert.equal(document.verdict, 'differs')
  assert.equal(document.exit_code, 99)
  assert.equal(document.difference!.key, 'delays/seq-0001-leg-1.parquet')
  assert.equal(document.difference!.kind, 'row')
  assert.match(
    renderRunParityText(document),
    /✖ differs .*delays\/seq-0001-leg-1\.parquet, row \d+, \w+: \S+ on side a/,
  )
  assert.match(renderRunParityHtml(document), /class="verdict incomplete"/)

  const unfinished = {
    ...b,
    results: { ...b.results, digest: null, verdict: 'aborted' as const, verdict_reason: 'stopped' },
  }
  const inconclusive = await compareRuns(a, unfinished, options)
  assert.equal(inconclusive.exit_code, 94)
  assert.match(inconclusive.verdict_reason, /^embedded aborted: stopped/)
  const failed = { ...unfinished, results: { ...unfinished.results, exit_code: 95 as const } }
  assert.equal((await compareRuns(a, failed, options)).exit_code, 95, 'the run’s own trouble wins')
})

test('pairs that cannot be are refused before anything runs', async (t) => {
  const { parity, results } = await parityIn(t)
  const prod = await parity('flights-small', '--b', 'prod')
  assert.equal(prod.code, 92)
  assert.match(prod.stderr, /--b prod: parity-run does not run in a protected environment; it takes any two of/)
  const unknown = await parity('flights-small', '--a', 'localstak', '--b', 'embedded')
  assert.equal(unknown.code, 104)
  assert.match(unknown.stderr, /did you mean localstack\?/)
  const mode = await parity('flights-small', '--b', 'embedded+rest')
  assert.equal(mode.code, 104)
  assert.match(mode.stderr, /--b: "embedded\+rest" is no side/)
  await assert.rejects(readdir(results), /ENOENT/)
})
