import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Direction } from '../src/results/stores.ts'
import { drawDelayModel, drawDurations } from '../src/workloads/flights/delay-models.ts'
import type { Figure } from './figure.ts'

const REPLICATIONS = 50_000
const ROUNDS = 40

/**
 * The CPU of drawing delay models of 50,000 replications: durations alone, and with the four data values. Beside each
 * NumPy drawing the same phase by phase, where `TURNAROUND_PYTHON` or `python3` has NumPy; otherwise there is no baseline.
 *
 * The best of 40 rounds on both sides: what the code costs, not what the machine did meanwhile. Takes about 2 s.
 */
export function benchModels(): Figure[] {
  const baselines = numpyFigures()
  return (['departure', 'landing'] as const).flatMap((direction) => [
    figure(`${direction} durations`, best(durationsOf(direction)), baselines),
    figure(`${direction} model`, best(modelOf(direction)), baselines),
  ])
}

function durationsOf(direction: Direction): (round: number) => unknown {
  const durations = new Int32Array(REPLICATIONS)
  return (round) => drawDurations(direction, 'LHR', round, durations)
}

function modelOf(direction: Direction): (round: number) => unknown {
  return (round) => drawDelayModel(direction, 'LHR', REPLICATIONS, round)
}

function best(draw: (round: number) => unknown): number {
  let least = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage()
    draw(round)
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, user + system)
  }
  return (least * 1000) / REPLICATIONS
}

function figure(name: string, value: number, baselines: Readonly<Record<string, number>>): Figure {
  const baseline = baselines[name]
  const found = { bench: 'models', figure: name, value: round1(value), unit: 'ns CPU per replication' } as const
  return baseline === undefined
    ? found
    : { ...found, baseline: round1(baseline), ratio: Math.round((value / baseline) * 1000) / 1000 }
}

/** Empty where no Python with NumPy is there. */
function numpyFigures(): Readonly<Record<string, number>> {
  const script = fileURLToPath(new URL('models.py', import.meta.url))
  const python = process.env.TURNAROUND_PYTHON ?? 'python3'
  const { status, stdout } = spawnSync(python, [script, String(REPLICATIONS), String(ROUNDS)], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return status === 0 ? z.record(z.string(), z.number()).parse(JSON.parse(stdout)) : {}
}

function round1(value: number): number {
  return Math.round(value * 10) / 10
}

if (import.meta.main) for (const line of benchModels()) console.log(JSON.stringify(line))
