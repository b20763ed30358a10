import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeDelayModel, encodeDelayModel } from '../src/results/parquet/delay-model.ts'
import { decodeDelayTable, encodeDelayTable } from '../src/results/parquet/delay-table.ts'
import { percentilesOf } from '../src/results/percentiles.ts'
import type { DelayModel, DelayTable } from '../src/results/stores.ts'
import { stream, type Stream } from '../src/scenario/stream.ts'
import type { Figure } from './figure.ts'

const ROWS = 50_000
const BATCHES = 31
const REPEATS = 10
const GROUND_MINUTES = 90
const LANDING_ALLOWANCE_MINUTES = 16

/**
 * The CPU of a flight leg's own work, without queue, store and hash: previous delays from parquet bytes, plus two
 * models, to parquet bytes, and the seven percentiles; 50,000 replications. Beside it the same in NumPy and pyarrow
 * with a plain write, where `TURNAROUND_PYTHON` or `python3` has both; otherwise there is no baseline.
 *
 * Process CPU time, so the garbage collector and the compiler count; the median of 31 batches of 10 legs. Trust
 * differences above 5 % on a machine that does nothing else. Takes about 3 s.
 */
export function benchLeg(): Figure[] {
  const draws = stream(1, 'bench leg')
  const departure = drawModel(() => draws.integer(57, 90), draws)
  const landing = drawModel(() => landingRows(draws), draws)
  const previous = encodeDelayTable(addLeg(addLeg(noDelay(), departure, landing), landing, departure))
  const modelBytes = [encodeDelayModel(departure), encodeDelayModel(landing)] as const
  const baseline = measureBaseline({ previous, departure: modelBytes[0], landing: modelBytes[1] })

  const leg = (first: DelayModel, second: DelayModel): Uint8Array => {
    const table = addLeg(decodeDelayTable(previous), first, second)
    percentilesOf(table.delayMinutes)
    return encodeDelayTable(table)
  }
  const table = addLeg(decodeDelayTable(previous), departure, landing)
  const legCpu = (models: string, run: () => void) => cpu(`leg, models ${models}`, run, baseline?.legCpuMs)
  return [
    legCpu('in memory', () => leg(departure, landing)),
    legCpu('from bytes', () => leg(decodeDelayModel(modelBytes[0]), decodeDelayModel(modelBytes[1]))),
    cpu('read delays', () => decodeDelayTable(previous), baseline?.readCpuMs),
    cpu('write delays', () => encodeDelayTable(table), baseline?.writeCpuMs),
    cpu('seven percentiles', () => percentilesOf(table.delayMinutes), baseline?.percentilesCpuMs),
    figure('size of delays', encodeDelayTable(table).length, 'bytes', baseline?.bytes),
    figure('size of a departure model', modelBytes[0].length, 'bytes'),
    figure('size of a landing model', modelBytes[1].length, 'bytes'),
  ]
}

/** Adds a leg's models to the table, in place. */
function addLeg(table: DelayTable, departure: DelayModel, landing: DelayModel): DelayTable {
  const minutes = table.delayMinutes
  const [out, back] = [departure.durationMinutes, landing.durationMinutes]
  for (let i = 0; i < minutes.length; i++) minutes[i] += out[i] - GROUND_MINUTES + (back[i] - LANDING_ALLOWANCE_MINUTES)
  table.dataValues.forEach((values, k) => addColumns(values, departure.dataValues[k], landing.dataValues[k]))
  return table
}

function addColumns(values: Float64Array, first: Float64Array, second: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] += first[i] + second[i]
}

function cpu(name: string, run: () => void, baseline?: number): Figure {
  const batches = Array.from({ length: BATCHES + 5 }, () => {
    const before = process.cpuUsage()
    for (let i = 0; i < REPEATS; i++) run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000 / REPEATS
  })
  // The first five are for the compiler.
  const sorted = batches.slice(5).sort((a, b) => a - b)
  return figure(name, sorted[BATCHES >> 1], 'ms CPU', baseline)
}

function figure(name: string, value: number, unit: Figure['unit'], baseline?: number): Figure {
  const line = { bench: 'leg', figure: name, value: round(value), unit } as const
  return baseline === undefined ? line : { ...line, baseline: round(baseline), ratio: round(value / baseline) }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

function noDelay(): DelayTable {
  const zeros = () => new Float64Array(ROWS)
  return { delayMinutes: zeros(), dataValues: [zeros(), zeros(), zeros(), zeros()] }
}

/** A model with the sizes and spread of the workload's: each data value the minimum of `rows` numbers up to 10^10. */
function drawModel(rows: () => number, draws: Stream): DelayModel {
  const counts = Int32Array.from({ length: ROWS }, rows)
  const values = (): Float64Array =>
    Float64Array.from(counts, (n) => 10_000 + Math.floor((1e10 - 10_000) * (1 - (1 - draws.float64()) ** (1 / n))))
  return { durationMinutes: counts.map((n) => n - 1), dataValues: [values(), values(), values(), values()] }
}

function landingRows(draws: Stream): number {
  const share = draws.float64()
  return share < 0.3 ? draws.integer(1, 10) : share < 0.9 ? draws.integer(11, 30) : draws.integer(31, 120)
}

interface Baseline {
  readonly legCpuMs: number
  readonly readCpuMs: number
  readonly writeCpuMs: number
  readonly percentilesCpuMs: number
  readonly bytes: number
}

/** Undefined where there is no Python with NumPy and pyarrow. A script that fails for another reason is an error. */
function measureBaseline(files: { readonly [name: string]: Uint8Array }): Baseline | undefined {
  const python = process.env.TURNAROUND_PYTHON ?? 'python3'
  if (spawnSync(python, ['-c', 'import numpy, pyarrow.parquet'], { timeout: 60_000 }).status !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-bench-'))
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, `${name}.parquet`), bytes)
    const script = join(import.meta.dirname, 'leg.py')
    const run = spawnSync(python, [script, folder, String(BATCHES), String(REPEATS)], {
      encoding: 'utf8',
      timeout: 60_000,
    })
    if (run.status !== 0) throw new Error(`${python} ${script} failed: ${run.stderr || String(run.error)}`)
    return parseBaseline(run.stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function parseBaseline(text: string): Baseline {
  const [legCpuMs, readCpuMs, writeCpuMs, percentilesCpuMs, bytes] = text.trim().split(' ').map(Number)
  return { legCpuMs, readCpuMs, writeCpuMs, percentilesCpuMs, bytes }
}

if (import.meta.main) for (const line of benchLeg()) console.log(JSON.stringify(line))
