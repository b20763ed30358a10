import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TrafficDocument } from '../../src/results/traffic-document.ts'
import { assertWhole, codeOf, countedLoad, countingTarget, trafficStage, upTo } from './traffic.ts'

test('traffic as 1, 2 and 4 shards', { concurrency: 3 }, async (t) => {
  const target = await countingTarget(t)
  const { runHttp, startRun, results, folder, end } = await trafficStage(t)
  const load = { executor: 'poisson-arrival-rate', rate: 60, duration: '2s' }
  const outs = ['csv', 'json'].flatMap((format) => ['--out', `${format}=${join(folder, `figures.${format}`)}`])
  const documents: TrafficDocument[] = []

  await Promise.all(
    [1, 2, 4].map((shards) =>
      t.test(`of ${shards} every start of the schedule reaches the target once`, async () => {
        const http = { ...countedLoad(target.url, `/of-${shards}`, load), shards }
        const { traffic, code, stderr } = await runHttp(`of-${shards}`, http, {}, ...(shards === 4 ? outs : []))
        assert.equal(code, codeOf(traffic, 0), stderr)
        assert.equal(traffic.shards.length, shards)
        assert.deepEqual(target.iterations(`/of-${shards}`), upTo(traffic.starts.due))
        assertWhole(traffic, traffic.starts.due)
        assert.equal(traffic.steps.get.count, traffic.starts.due)
        documents.push(traffic)
      }),
    ),
  )

  await t.test('the schedule is the same for any number of them', () => {
    assert.equal(documents.length, 3)
    assert.equal(new Set(documents.map(({ schedule_digest: digest }) => digest)).size, 1)
    assert.equal(new Set(documents.map(({ starts }) => starts.due)).size, 1)
    assert.ok(documents[0].starts.due > 60)
  })

  await t.test('the bundle has its documents for people and for other tools', async () => {
    const read = (name: string) => readFile(join(results, 'of-4', name), 'utf8')
    const junit = await read('junit.xml')
    assert.match(junit, /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<testsuites[\s>]/)
    assert.match(junit, /<\/testsuites>\s*$/)
    const { metrics } = JSON.parse(await read('k6-summary.json')) as { metrics: Record<string, { values: object }> }
    const due = documents[0].starts.due
    assert.equal((metrics.http_reqs.values as { count: number }).count, due)
    const [{ verdict }] = documents.filter(({ shards }) => shards.length === 4)
    for (const name of ['summary.md', 'report.html']) {
      assert.match(await read(name), new RegExp(verdict.state, 'i'), `${name} does not say ${verdict.state}`)
    }
    assert.match(await read('report.html'), /^<!doctype html>[\s\S]*<\/html>\s*$/i)
  })

  await t.test('--out has written the same requests, second by second', async () => {
    const due = documents[0].starts.due
    const rows = (await readFile(join(folder, 'figures.csv'), 'utf8')).trimEnd().split('\n')
    assert.match(rows[0], /^metric_name,timestamp,metric_value,stat,/)
    const counted = rows
      .map((row) => row.split(','))
      .filter(([name, , , stat]) => name === 'http_reqs' && stat === 'count')
    assert.equal(
      counted.reduce((sum, [, , value]) => sum + Number(value), 0),
      due,
    )
    type Line = { type: string; metric?: string; data: { value?: number; verdict?: { state: string } } }
    const lines = (await readFile(join(folder, 'figures.json'), 'utf8')).trimEnd().split('\n')
    const parsed = lines.map((line) => JSON.parse(line) as Line)
    const points = parsed.filter(({ type, metric }) => type === 'Point' && metric === 'http_reqs')
    assert.equal(
      points.reduce((sum, { data }) => sum + data.value!, 0),
      due,
    )
    const last = parsed.at(-1)!
    assert.equal(last.type, 'Verdict')
    assert.match(last.data.verdict!.state, /^(valid|saturated)$/)
  })

  await t.test('a finished run prints its summary again and makes no load', async () => {
    const before = target.arrivals('/of-2').length
    const same = [join(folder, 'of-2.yaml'), '--run-id', 'of-2']
    const { code, stdout, stderr } = await startRun(same[0], ...same.slice(1)).ended
    assert.equal(
      code,
      codeOf(
        documents.find(({ shards }) => shards.length === 2)!,
        0,
      ),
      stderr,
    )
    assert.match(stdout, /Run of-2 was finished before; nothing was run/)
    assert.ok(stdout.includes(`${before} started`), stdout)
    assert.equal(target.arrivals('/of-2').length, before)
  })
  await end()
})
