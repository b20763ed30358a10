import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from '../src/cli/launch.ts'
import { honestyCases } from '../src/honesty/honesty-case.ts'
import type { HonestyResult } from '../src/honesty/honesty-document.ts'
import { QUANTILES, trueQuantile } from '../src/honesty/judge.ts'
import { nameOf } from '../src/honesty/quantile-name.ts'
import { runHonesty } from '../src/honesty/run-honesty.ts'
import { behaviourOf, truth } from '../src/targets/index.ts'
import { round, type Figure } from './figure.ts'
import { startPinned } from './pinned-process.ts'
import { installedRivals } from './rivals.ts'

const RATE = 100
const SECONDS = 10
const CONNECTIONS = 10
/** The target that stands still for two seconds out of ten. */
const FREEZE = { kind: 'freeze', settings: { freeze_at_ms: 4000, freeze_ms: 2000 } } as const
const launcher = fileURLToPath(new URL('../bin/turnaround.js', import.meta.url))

/**
 * What we and others report of a target that stands still for two of ten seconds, at 100 requests a second over ten
 * connections; `baseline` is the truth. About a minute and a half.
 */
export async function benchHonesty(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-bench-'))
  try {
    const own = await ours(folder)
    return [
      ...own.flatMap((result) => figuresOf(`our HTTP workload, ${result.connections} connections`, result)),
      ...(await theirs(folder)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ours(folder: string): Promise<readonly HonestyResult[]> {
  const { behaviours } = await runHonesty({
    cases: honestyCases({ kinds: ['freeze'], durationMs: SECONDS * 1000, rate: RATE }),
    launch: (words) => launch(words, join(folder, 'target.log')),
    stop: new AbortController().signal,
  })
  return behaviours
}

function figuresOf(who: string, { state, percentiles }: HonestyResult): Figure[] {
  return percentiles.map(({ quantile, true_ms, reported_ms, bound_ms }) => ({
    ...row(who, nameOf(quantile), reported_ms, true_ms),
    target: `within ${round(bound_ms)} of it (${state})`,
  }))
}

async function theirs(folder: string): Promise<Figure[]> {
  const arrivals = Float64Array.from({ length: RATE * SECONDS }, (_, at) => (at * 1000) / RATE)
  const sorted = truth(behaviourOf(FREEZE.kind, FREEZE.settings), arrivals, CONNECTIONS).toSorted()
  const trueMs = new Map([...QUANTILES, 0.975].map((q) => [nameOf(q), trueQuantile(sorted, q)]))
  const sets = Object.entries(FREEZE.settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const words = [process.execPath, launcher, 'target', `honesty-${FREEZE.kind}`, ...sets]
  const { child, line } = await startPinned(words)
  const { url } = JSON.parse(line) as { url: string }
  const figures: Figure[] = []
  try {
    for (const rival of installedRivals(folder)) {
      const reset = await fetch(`${url}/_target/reset`, { method: 'POST' })
      if (!reset.ok) throw new Error(`the target refused to be reset: ${reset.status}`)
      const { latency, requests } = await rival.atRate(`${url}/`, CONNECTIONS, RATE, SECONDS)
      for (const [name, ms] of Object.entries(latency)) {
        figures.push(row(`${rival.name}, ${CONNECTIONS} connections, ${requests} requests`, name, ms, trueMs.get(name)))
      }
    }
  } finally {
    child.kill('SIGTERM')
  }
  return figures
}

function row(who: string, percentile: string, value: number, baseline: number | undefined): Figure {
  const compared = baseline === undefined ? {} : { baseline: round(baseline), ratio: round(value / baseline) }
  return {
    bench: 'freeze of 2 s in 10 s',
    figure: `${percentile}, ${who}`,
    value: round(value),
    unit: 'ms',
    ...compared,
  }
}

if (import.meta.main) for (const line of await benchHonesty()) console.log(JSON.stringify(line))
