import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { writeReports, type Reported } from '../../../src/cli/run/write-reports.ts'
import { diskStore } from '../../../src/results/disk-store.ts'
import { aTrafficDocument, someThresholds } from '../../report/a-traffic-document.ts'
import { makeChart, makeEntry, makeManifest, makeResults } from '../../report/documents.ts'
import { temporaryFolder } from '../../results/temporary-folder.ts'

async function written(t: TestContext, changes: Partial<Reported> = {}) {
  const folder = await temporaryFolder(t)
  const results = makeResults({ thresholds: someThresholds(), exit_code: 99 })
  const all = { manifest: makeManifest(), results, ledger: [makeEntry()], charts: [makeChart()], traffic: undefined }
  await writeReports(diskStore(folder), { ...all, ...changes })
  const read = (key: string) => readFile(join(folder, key), 'utf8')
  return { files: (await readdir(folder)).sort(), read }
}

test('a run of jobs has a report, JUnit XML and Markdown', async (t) => {
  const { files, read } = await written(t)
  assert.deepEqual(files, ['junit.xml', 'report.html', 'summary.md'])
  const report = await read('report.html')
  assert.match(report, /id="timeline-chart"/)
  assert.match(report, /Delay distribution/)
  assert.match(await read('junit.xml'), /<testsuite name="flights\.thresholds" tests="5" failures="2"/)
  assert.match(await read('summary.md'), /^### ❌ .*2 thresholds failed\n/)
})

test('a run of traffic has its own report, and k6’s summary beside it', async (t) => {
  const { files, read } = await written(t, { traffic: aTrafficDocument() })
  assert.deepEqual(files, ['junit.xml', 'k6-summary.json', 'report.html', 'summary.md'])
  const report = await read('report.html')
  assert.match(report, /id="latency-over-time-chart"/)
  assert.doesNotMatch(report, /id="timeline-chart"/)
  const summary = JSON.parse(await read('k6-summary.json')) as { metrics: Record<string, { thresholds?: object }> }
  assert.deepEqual(summary.metrics['http_req_duration'].thresholds, {
    'p(95)<200': { ok: true },
    'p(99)<50': { ok: false },
  })
})
