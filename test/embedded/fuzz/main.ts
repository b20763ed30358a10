import { randomInt } from 'node:crypto'
import { fuzz } from './fuzz.ts'
import { fuzzSettings } from './fuzz-settings.ts'

// `npm run fuzz`: another seed each time, and for minutes.
const settings = fuzzSettings({ seed: randomInt(2 ** 31), count: 10_000 })
console.error(`TURNAROUND_FUZZ_SEED=${settings.seed} TURNAROUND_FUZZ_COUNT=${settings.count}`)
try {
  const report = await fuzz({ ...settings, log: (line) => console.error(line) })
  console.log(JSON.stringify({ seed: settings.seed, ...report }))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
