import { randomInt } from 'node:crypto'
import { fuzz } from './fuzz.ts'
import { fuzzSettings } from './fuzz-settings.ts'

// `npm run fuzz`: another seed each time, and for minutes.
const settings = fuzzSettings({ seed: randomInt(2 ** 31), count: 10_000 })
const log = (line: string): void => void process.stderr.write(`${line}\n`)
log(`TURNAROUND_FUZZ_SEED=${settings.seed} TURNAROUND_FUZZ_COUNT=${settings.count}`)
try {
  const report = await fuzz({ ...settings, log })
  process.stdout.write(`${JSON.stringify({ seed: settings.seed, ...report })}\n`)
} catch (error) {
  log(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
