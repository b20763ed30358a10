import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { FLIGHTS_SMALL_DIGEST } from './flights-small-digest.ts'
import { turnaroundIn } from './turnaround.ts'

const flightsSmall = `
name: flights-small-unkind
workload: flights
seed: 1
flights: { sequences: 10, replications: 2000 }
`
const faults = `
faults:
  seed: 7
  faults:
    - { fault: throttle, service: dynamodb, share: 0.05 }
    - { fault: error, status: 503, service: s3, share: 0.03 }
    - { fault: lost-response, service: sqs, share: 0.03 }
    - { fault: lost-response, service: s3, operation: PutObject, share: 0.02 }
    - { fault: lost-response, service: dynamodb, operation: UpdateItem, share: 0.03 }
    - { fault: duplicate, service: sqs, operation: SendMessageBatch, share: 0.05 }
    - { fault: reset-connection, share: 0.01 }
    - { fault: latency, delay_ms: 5, jitter_ms: 50, share: 0.05 }
    - { fault: slow-body, service: s3, operation: GetObject, bytes_per_second: 2000000, share: 0.05 }
`

test('the digest is the same where AWS is at its most unkind and a fault plan on top', async (t) => {
  const { folder, run } = await turnaroundIn(t)
  const scenario = join(folder, 'unkind.yaml')
  await writeFile(scenario, flightsSmall + faults)
  const { code, results, stderr } = await run(scenario, '--aws-like', '7')
  assert.equal(code, 0, stderr)
  assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)
  assert.ok(results.deliveries.duplicates > 0, 'nothing came twice: the faults were not switched on')
})

test('a fault plan that cannot be meant is refused with the scenario, each mistake at its path', async (t) => {
  const { folder, start } = await turnaroundIn(t)
  const scenario = join(folder, 'wrong.yaml')
  await writeFile(scenario, `${flightsSmall}faults: { faults: [{ fault: thunder }] }\n`)
  const { code, stderr } = await start('validate', scenario).ended
  assert.equal(code, 104)
  assert.match(stderr, /faults\.faults\.?\[?0\]?\.fault: .*thunder/)
})
