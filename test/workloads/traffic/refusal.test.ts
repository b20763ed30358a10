import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStopLine, REFUSED, stopExitCode, stopLine } from '../../../src/cli/run/stop.ts'
import { Figures } from '../../../src/engine/figures.ts'
import { REFUSALS_COUNTER } from '../../../src/engine/worker/protocol.ts'
import { hasRefusals, refusalLine, whyStopped } from '../../../src/workloads/traffic/refusal.ts'
import { emptyShard } from '../../../src/workloads/traffic/shard-document.ts'

function shards(...reasons: readonly (string | null)[]) {
  return reasons.map((reason, shard) =>
    emptyShard({ job_id: `shard-${shard}`, shard, host: '', state: reason === null ? 'finished' : 'stopped', reason }),
  )
}

test('the shard that was refused says why the run was ended, not those that were ended for it', () => {
  const others = stopLine(REFUSED)
  assert.equal(whyStopped(shards(others, null, refusalLine('no such host'), others)), 'refused: no such host')
  assert.equal(whyStopped(shards(null, others)), others)
  assert.equal(whyStopped(shards(null, 'limit: too long', 'signal: x')), 'limit: too long')
  assert.equal(whyStopped(shards(null)), undefined)
})

test('a run that a shard has ended for a refusal ends with 92', () => {
  assert.equal(stopExitCode(parseStopLine(refusalLine('the target a.b may not be used from uat'))), 92)
})

test('a refusal is seen in the seconds of the run', () => {
  const figures = new Figures()
  assert.equal(hasRefusals(figures), false)
  figures.counters.set(REFUSALS_COUNTER, 1)
  assert.equal(hasRefusals(figures), true)
})
