import { awsCalls, inFlight, type Calls } from './aws-calls.ts'
import { ours, rivals, type AwsServer } from './aws-servers.ts'
import { type Figure, round } from './figure.ts'

const WIDTH = 16
const WARM_MS = 1000
const MEASURED_MS = 4000

/** At least this many times the rival, and ahead of everybody in everything (issue 4, speed). */
const LOCALSTACK_TARGET = 'at least 4x LocalStack'

/**
 * Calls per second through the AWS SDK, 16 in flight, client and server on the same machine: the embedded AWS first,
 * then each rival found here, the same calls one after another. A rival that is not found is said on stderr.
 */
export async function benchAws(): Promise<Figure[]> {
  const own = await ratesOf(ours)
  const figures = [...own].map(([figure, value]) => line(figure, value))
  for (const rival of rivals) {
    const missing = rival.missing()
    if (missing !== undefined) {
      process.stderr.write(`not measured: ${rival.name}: ${missing}\n`)
      continue
    }
    for (const [figure, value] of await ratesOf(rival)) figures.push(line(figure, own.get(figure)!, rival.name, value))
  }
  return figures
}

function line(figure: string, value: number, rival?: string, theirs?: number): Figure {
  const bench = `AWS SDK, ${WIDTH} in flight${rival === undefined ? '' : `, beside ${rival}`}`
  const beside = theirs === undefined ? {} : { baseline: round(theirs, 0), ratio: round(value / theirs) }
  const target = figure.includes('messages') ? 'ahead of all' : `ahead of all, ${LOCALSTACK_TARGET}`
  return { bench, figure, value: round(value, 0), unit: '/s', ...beside, target }
}

async function ratesOf(server: AwsServer): Promise<Map<string, number>> {
  const started = await server.start()
  const rates = new Map<string, number>()
  try {
    const { calls, destroy } = await awsCalls(started.endpoint, server.services)
    for (const one of calls) rates.set(one.figure, await rateOf(one))
    destroy()
  } finally {
    await started.stop()
  }
  return rates
}

async function rateOf({ once, prepare }: Calls): Promise<number> {
  let number = 0
  await during(WARM_MS, () => once(number++))
  await prepare?.()
  const startedAt = performance.now()
  const done = await during(MEASURED_MS, () => once(number++))
  return (done / (performance.now() - startedAt)) * 1000
}

/** Calls until the time is over; answers the sum of what they did. */
async function during(ms: number, once: () => Promise<number>): Promise<number> {
  const end = performance.now() + ms
  let done = 0
  await inFlight(async () => {
    if (performance.now() >= end) return 0
    done += await once()
    return 1
  }, WIDTH)
  return done
}
