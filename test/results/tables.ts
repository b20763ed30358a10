import { stream, type Stream } from '../../src/scenario/stream.ts'
import type { DelayModel, DelayTable } from '../../src/results/stores.ts'

type DataValues = DelayTable['dataValues']

/** A table that looks like a leg's: whole minutes around zero, and sums of a few values up to 10^10. */
export function delayTable(rows: number, seed = 1): DelayTable {
  const draws = stream(seed, 'test delays')
  return {
    delayMinutes: Float64Array.from({ length: rows }, () => draws.integer(-40, 80) + draws.integer(0, 60)),
    dataValues: fourColumns(() => column(rows, () => dataValue(draws) + dataValue(draws))),
  }
}

/** A model that looks like an airport's departures. */
export function delayModel(rows: number, seed = 1): DelayModel {
  const draws = stream(seed, 'test model')
  return {
    durationMinutes: Int32Array.from({ length: rows }, () => draws.integer(55, 110)),
    dataValues: fourColumns(() => column(rows, () => dataValue(draws))),
  }
}

/** A table with the same values in all four data columns. */
export function tableOf(delays: readonly number[], values: readonly number[]): DelayTable {
  return { delayMinutes: Float64Array.from(delays), dataValues: fourColumns(() => Float64Array.from(values)) }
}

export function fourColumns(make: (column: number) => Float64Array): DataValues {
  return [make(0), make(1), make(2), make(3)]
}

export function column(rows: number, value: (row: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => value(row))
}

/** Skewed as the minimum of some tens of uniform numbers up to 10^10. */
function dataValue(draws: Stream): number {
  return 10_000 + Math.floor((10 ** 10 - 10_000) * (1 - (1 - draws.float64()) ** (1 / draws.integer(2, 80))))
}
