import type { FuzzOptions } from './fuzz.ts'

/** TURNAROUND_FUZZ_SEED, TURNAROUND_FUZZ_COUNT (batches) and TURNAROUND_FUZZ_PATH win. Throws where they are no numbers. */
export function fuzzSettings(usual: { readonly seed: number; readonly count: number }): FuzzOptions {
  return {
    seed: wholeNumber('TURNAROUND_FUZZ_SEED') ?? usual.seed,
    count: wholeNumber('TURNAROUND_FUZZ_COUNT') ?? usual.count,
    path: process.env['TURNAROUND_FUZZ_PATH'] || undefined,
  }
}

function wholeNumber(name: string): number | undefined {
  const text = process.env[name]
  if (text === undefined || text === '') return undefined
  if (!/^-?\d{1,10}$/.test(text)) throw new Error(`${name} must be a whole number of up to ten digits, got ${text}`)
  return Number(text)
}
