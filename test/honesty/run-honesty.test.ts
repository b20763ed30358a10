import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { launch } from '../../src/cli/launch.ts'
import { honestyCases } from '../../src/honesty/honesty-case.ts'
import type { HonestyResult } from '../../src/honesty/honesty-document.ts'
import { BOUND } from '../../src/honesty/judge.ts'
import { renderResult } from '../../src/honesty/render-honesty.ts'
import { type HonestyOptions, runHonesty } from '../../src/honesty/run-honesty.ts'

function options(t: TestContext, given: Parameters<typeof honestyCases>[0]): HonestyOptions {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-honesty-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return { cases: honestyCases(given), launch: (words) => launch(words, join(folder, 'log')), stop: t.signal }
}

/** On a machine too busy to judge, still: noise adds to what is reported, and nothing takes from it. */
function hidesNothing({ behaviour, percentiles, requests }: HonestyResult): void {
  assert.equal(requests.reported, requests.true)
  for (const { quantile, true_ms, error_ms } of percentiles) {
    const least = -true_ms * (BOUND.share + BOUND.bucketShare) - BOUND.floorMs
    assert.ok(error_ms >= least, `${behaviour}, ${quantile}: ${error_ms} ms less than the true ${true_ms} ms`)
  }
}

// Beside other tests the machine is nearly always too busy to judge, and each is run twice: CI asks for all of them before.
test('what our engine reports of a target’s behaviour is what is true', { timeout: 120_000 }, async (t) => {
  const kinds = ['steady', 'freeze', 'error-bursts'] as const
  const { behaviours } = await runHonesty(options(t, { durationMs: 1500, rate: 100, kinds }))
  for (const result of behaviours) {
    const text = renderResult(result).join('\n')
    t.diagnostic(text)
    assert.ok(result.state === 'within' || result.state === 'saturated', text)
    hidesNothing(result)
  }
  const busy = behaviours.filter(({ state }) => state === 'saturated')
  if (busy.length > 0)
    t.skip(
      `the machine was too busy to judge ${busy.length} of ${behaviours.length} twice: ${busy[0].reasons.join('; ')}`,
    )
})

test('an engine that waits for answers before it sends again is found out', { timeout: 60_000 }, async (t) => {
  const module = new URL('./omitting-iterate.ts', import.meta.url).href
  const given = { durationMs: 1500, rate: 100, kinds: ['freeze'], connections: 10 } as const
  const [{ state, percentiles, reasons }] = (await runHonesty({ ...options(t, given), module })).behaviours
  const p90 = percentiles.find(({ quantile }) => quantile === 0.9)!
  // Noise adds what omission takes away: where there is as much of it, nothing can be seen.
  if (state === 'saturated' && p90.error_ms >= 0) return t.skip(`the machine was too busy: ${reasons.join('; ')}`)
  assert.ok(!p90.within && p90.error_ms < 0, `${p90.error_ms} ms`)
  assert.ok(state === 'beyond' || state === 'saturated', state)
})

test('a target that does not start is told', async (t) => {
  const given = options(t, { durationMs: 1000, rate: 100, kinds: ['steady'] })
  const [steady] = given.cases
  const cases = [{ ...steady, settings: { service_ms: -1 } }]
  await assert.rejects(runHonesty({ ...given, cases }), /target honesty-steady did not start: /)
})
