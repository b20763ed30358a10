import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parse } from 'yaml'
import { limitsSchema, thresholdsSchema } from '../../src/thresholds/schema.ts'
import { catalogOf } from '../../src/thresholds/workload-metrics.ts'

const page = await readFile(new URL('../../docs/thresholds.md', import.meta.url), 'utf8')

test('the page names every metric there is', () => {
  const catalogs = [
    catalogOf({ traffic: { protocol: 'http' } }),
    catalogOf({ traffic: { protocol: 'ws' } }),
    catalogOf({ delays: true }),
  ]
  const names = new Set(catalogs.flatMap(({ metrics }) => [...metrics.keys()]))
  // The parts of a request share a row, and their prefix.
  const isNamed = (name: string) =>
    page.includes(`\`${name}\``) || page.includes(`\`${name.replace('http_req_', '')}\``)
  assert.deepEqual(
    [...names].filter((name) => !isNamed(name)),
    [],
  )
})

test('its example is a valid one', () => {
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1]
  assert.ok(example)
  const { thresholds, limits } = parse(example) as { thresholds: unknown; limits: unknown }
  const parsed = thresholdsSchema(catalogOf({ traffic: { protocol: 'http' } })).parse(thresholds)
  assert.equal(parsed['http_req_duration{step:checkout}'].length, 4)
  assert.equal(limitsSchema.parse(limits).maxDuration, 600_000)
})
