import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { DuckDBInstance } from '@duckdb/node-api'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { resultsDigest } from '../../src/results/digest.ts'
import type { LedgerEntry, Manifest } from '../../src/results/documents.ts'
import { turnaroundIn } from './turnaround.ts'

const QUANTILES = [50, 75, 90, 95, 99, 99.5, 99.9]

test('the bundle holds what design.md says, proves itself, and other readers agree with its percentiles', async (t) => {
  const { run, start, folder: place, results, data, attach } = await turnaroundIn(t)
  const { results: document, code } = await run('flights-small', '--run-id', 'bundle')
  assert.equal(code, 0)
  const folder = join(results, 'bundle')
  const ledger = (await readFile(join(folder, 'ledger.ndjson'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LedgerEntry)

  await t.test('every object is where its kind belongs, here and in the bucket', async () => {
    const pattern =
      /^(manifest\.json|results\.json|ledger\.ndjson|report\.html|junit\.xml|summary\.md|host\.log|metrics\.ndjson|sequences\/\d+\.json|delay_models\/(departure|landing)\/[A-Z]{3}\.parquet|delays\/seq-\d{4}-leg-\d\.parquet|percentiles\/\d+\.json|merged_percentiles\/merged_percentiles\.json)$/
    const here = (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    for (const path of here) assert.match(path, pattern)
    const embedded = start('embedded', '--data', data, '--port', '0')
    const { clients, names } = await attach()
    const listed = await clients.s3.send(new ListObjectsV2Command({ Bucket: names.data, Prefix: 'bundle/' }))
    const there = listed.Contents!.map(({ Key }) => Key!.slice('bundle/'.length))
    const local = new Set(['host.log', 'metrics.ndjson', 'junit.xml', 'summary.md'])
    assert.deepEqual(there.sort(), here.filter((path) => !local.has(path)).sort())
    embedded.child.kill('SIGTERM')
    assert.equal((await embedded.ended).code, 0)
  })

  await t.test('the hashes of the ledger are those of the files, and the digest is theirs', async () => {
    const inDigest: { key: string; sha256: string }[] = []
    for (const { output_key: key, output_sha256: expected, output_bytes: bytes } of ledger) {
      const body = await readFile(join(folder, key!))
      const sha256 = createHash('sha256').update(body).digest('hex')
      assert.equal(sha256, expected)
      assert.equal(body.length, bytes)
      if (/^(delays|percentiles|merged_percentiles)\//.test(key!)) inDigest.push({ key: key!, sha256 })
    }
    assert.equal(resultsDigest(inDigest), document.digest)
  })

  await t.test('DuckDB computes the same percentiles from the parquet files, within 1e-9', async () => {
    const merged = JSON.parse(
      await readFile(join(folder, 'merged_percentiles/merged_percentiles.json'), 'utf8'),
    ) as Record<string, Record<string, number>>
    assert.equal(Object.keys(merged).length, 10)
    const connection = await (await DuckDBInstance.create()).connect()
    t.after(() => connection.closeSync())
    for (const [sequenceId, percentiles] of Object.entries(merged)) {
      const legs = ledger.filter(({ job_id: id }) => id.startsWith(`seq-${sequenceId.padStart(4, '0')}-leg-`))
      const file = join(folder, 'delays', `${legs.at(-1)!.job_id}.parquet`)
      const columns = QUANTILES.map((q) => `quantile_cont(delay_in_minutes, ${q / 100})`).join(', ')
      const [row] = (await connection.runAndReadAll(`select ${columns}, count(*) from '${file}'`)).getRows()
      QUANTILES.forEach((q, at) => {
        assert.ok(Math.abs(Number(row[at]) - percentiles[`percentile_${q}`]) < 1e-9, `sequence ${sequenceId}, ${q}`)
      })
      assert.equal(Number(row[QUANTILES.length]), 2000)
    }
  })

  await t.test('the manifest says what was run, and the report is one file that asks for nothing', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as Manifest
    assert.equal(manifest.scenario, 'flights-small')
    assert.equal(manifest.seed, 1)
    const report = await readFile(join(folder, 'report.html'), 'utf8')
    assert.match(report, /Content-Security-Policy/)
    assert.doesNotMatch(report, /<(script|link|img)[^>]+(src|href)="https?:/)
  })

  await t.test(
    'the report is made again without its environment, and thresholds on jobs are held against it',
    async () => {
      const copy = join(place, 'copy')
      await cp(folder, copy, { recursive: true })
      await rm(data, { recursive: true })
      const report = (...args: string[]) => start('report', copy, ...args).ended

      const before = await readFile(join(copy, 'report.html'), 'utf8')
      const same = await report()
      assert.equal(same.code, 0, same.stderr)
      assert.equal(await readFile(join(copy, 'report.html'), 'utf8'), before)
      assert.match(same.stdout, /all \d+ jobs done/)

      const held = [
        '--threshold',
        'jobs{state:done}=count>5',
        '--threshold',
        'delay_in_minutes{sequence:1}=p(50)<100000',
      ]
      assert.equal((await report(...held)).code, 0)
      const failed = await report(...held, '--threshold', 'jobs_failed=count>0')
      assert.equal(failed.code, 99)
      assert.match(failed.stdout, /✗ 'count>0' count=0/)

      await rm(join(copy, 'delays'), { recursive: true })
      const lean = await report()
      assert.equal(lean.code, 0, lean.stderr)
      assert.match(lean.stderr, /lacks delays\/.*turnaround bundle pull bundle --with-delays brings it/)
      assert.match((await start('merge', copy, folder, '-o', join(place, 'x')).ended).stderr, /and do not add up/)
    },
  )
})
