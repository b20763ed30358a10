import { flights } from '../src/workloads/flights/index.ts'
import { flightsSchema } from '../src/workloads/flights/schema.ts'
import type { Figure } from './figure.ts'

const ROUNDS = 5

/**
 * Wall-clock time of planning 10,000 sequences of the default network, network and home tables included: the days as
 * documents, and the jobs; and of finding a network of all 3,274 airports impossible. The best of 5 rounds; takes about 5 s.
 */
export function benchSequences(): Figure[] {
  const many = flightsSchema.parse({ sequences: 10_000 })
  const impossible = flightsSchema.parse({ network: {}, legs: { max: 2 }, speedKmh: 40_000 })
  return [
    {
      bench: 'sequences',
      figure: '10,000 sequences as documents',
      value: best(() => count(flights.plan(many, 1).documents)),
      unit: 'ms',
    },
    {
      bench: 'sequences',
      figure: '10,000 sequences as jobs',
      value: best(() => count(flights.plan(many, 1).jobs)),
      unit: 'ms',
    },
    { bench: 'sequences', figure: '3,274 airports refused', value: best(() => refused(impossible)), unit: 'ms' },
  ]
}

function best(work: () => unknown): number {
  let least = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    work()
    least = Math.min(least, performance.now() - start)
  }
  return Math.round(least)
}

function count(items: Iterable<unknown>): number {
  let found = 0
  for (const _ of items) found++
  return found
}

/** Throws where the plan is not refused: then nothing was measured. */
function refused(settings: Parameters<typeof flights.plan>[0]): void {
  let planned = false
  try {
    flights.plan(settings, 1)
    planned = true
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('too close together')) throw error
  }
  if (planned) throw new Error('the network was expected to be impossible')
}

if (import.meta.main) for (const line of benchSequences()) console.log(JSON.stringify(line))
