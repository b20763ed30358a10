import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readThresholds } from '../../../src/cli/report/given-thresholds.ts'
import { InvalidInputError } from '../../../src/errors.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

const HTTP = { traffic: { protocol: 'http' } } as const

/** Metric and expressions, without what every threshold has. */
async function read(threshold: readonly string[], thresholds?: string) {
  const found = await readThresholds({ threshold, thresholds }, HTTP)
  return found && Object.entries(found).map(([metric, list]) => [metric, ...list.map((one) => one.threshold)])
}

test('without options there are none, which is not the same as an empty list', async () => {
  assert.equal(await read([]), undefined)
})

test('a metric ends at the first =, or where its tags do; several thresholds of one metric stay together', async () => {
  assert.deepEqual(
    await read([
      'http_reqs=count>5',
      'http_req_duration{step:a=b}=p(95)<=200',
      ' http_reqs = rate >= 1',
      'checks{check:"status == 200"}=rate===1',
    ]),
    [
      ['http_reqs', 'count>5', 'rate >= 1'],
      ['http_req_duration{step:a=b}', 'p(95)<=200'],
      ['checks{check:"status == 200"}', 'rate===1'],
    ],
  )
})

test('a file holds thresholds by themselves or is a scenario, in YAML or JSON; options add to it', async (t) => {
  const folder = await temporaryFolder(t)
  const [yaml, json] = [join(folder, 'gate.yaml'), join(folder, 'scenario.json')]
  await writeFile(yaml, `http_reqs:\n  - count>5\n  - { threshold: rate>1, window: 5s, optional: true }\n`)
  await writeFile(json, JSON.stringify({ name: 'x', workload: 'http', thresholds: { http_reqs: ['count>1'] } }))
  const [[, list]] = Object.entries((await readThresholds({ threshold: [], thresholds: yaml }, HTTP))!)
  assert.partialDeepStrictEqual(list, [{ threshold: 'count>5' }, { window: 5000, optional: true }])
  assert.deepEqual(await read(['http_reqs=count<9', 'checks=rate>0.9'], json), [
    ['http_reqs', 'count>1', 'count<9'],
    ['checks', 'rate>0.9'],
  ])
})

test('all that is wrong is said at once, in the words of a scenario', async () => {
  const wrong = ['http_req_duraton=p(95)<200', 'http_reqs=p(95)<200', 'checks=rate>', '__proto__=rate>1']
  await assert.rejects(read(wrong), (error) => {
    assert.ok(error instanceof InvalidInputError)
    assert.deepEqual(
      error.faults.map(({ path }) => path),
      ['http_req_duraton', 'http_reqs.0', 'checks.0', '__proto__'],
    )
    assert.match(error.message, /did you mean http_req_duration/)
    return true
  })
})

test('what is no threshold at all is named with the option or the file', async (t) => {
  const file = join(await temporaryFolder(t), 'list.yaml')
  await writeFile(file, '- count>5\n')
  await assert.rejects(read(['p(95)<200']), /--threshold: must be metric=expression/)
  await assert.rejects(read(['=count>1']), /--threshold: must be metric=expression/)
  await assert.rejects(read(['http_reqs{step:a']), /--threshold: must be metric=expression/)
  await assert.rejects(read([], file), /list\.yaml: must hold metrics and their expressions/)
  await assert.rejects(read([], `${file}.none`), /list\.yaml\.none cannot be read/)
})
