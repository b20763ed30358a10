import type { DelayModel, Direction } from '../../results/stores.ts'
import { stream } from '../../scenario/stream.ts'
import { durationDistribution } from './delay-phases.ts'
import { drawMinima } from './minimum-of-uniforms.ts'
import { quantileSampler, type Sampler } from './quantile-sample.ts'

export const DATA_VALUES = ['data_value_1', 'data_value_2', 'data_value_3', 'data_value_4'] as const

const samplers: Partial<Record<Direction, Sampler>> = {}

/**
 * One airport's replications in one direction: durations in minutes (departure 62-152, landing 0-119) and four data
 * values each, the minimum over the simulated minutes of uniform whole numbers 10^4 … 10^10.
 *
 * Streams: `stream(seed, direction, iata)` for the durations, `stream(seed, direction, iata, 'data_value_1')` … for the
 * values, so that neither depends on who draws it, nor on the others.
 */
export function drawDelayModel(direction: Direction, iata: string, replications: number, seed: number): DelayModel {
  const durationMinutes = new Int32Array(replications)
  drawDurations(direction, iata, seed, durationMinutes)
  const dataValue = (name: string) => {
    const values = new Float64Array(replications)
    drawMinima(stream(seed, direction, iata, name), durationMinutes, values)
    return values
  }
  const [first, second, third, fourth] = DATA_VALUES
  return { durationMinutes, dataValues: [dataValue(first), dataValue(second), dataValue(third), dataValue(fourth)] }
}

/** Fills `out` with the durations alone, in minutes. */
export function drawDurations(direction: Direction, iata: string, seed: number, out: Int32Array): void {
  const sample = (samplers[direction] ??= quantileSampler(durationDistribution(direction)))
  sample(stream(seed, direction, iata), out)
}
