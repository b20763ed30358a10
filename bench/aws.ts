import { awsCalls, benchClients, inFlight, type Calls } from './aws-calls.ts'
import { ours, rivals, type AwsServer } from './aws-servers.ts'
import { type Figure, round } from './figure.ts'
import { watchProcesses } from './watch-processes.ts'

const WIDTH = 16
const WARM_MS = 1000
const MEASURED_MS = 2000

/**
 * Calls per second through the AWS SDK, 16 in flight, client and server on the same machine: the embedded AWS, then right
 * after it each rival found here, the same calls one after another, so that both meet the client warm and the machine in
 * the same mood. A rival that is not found is said on stderr. `TURNAROUND_RIVAL` names one to be measured alone.
 */
export async function benchAws(): Promise<Figure[]> {
  const figures: Figure[] = []
  await ratesOf(ours) // for the client's sake
  for (const rival of rivals) {
    const missing = rival.missing()
    if (missing !== undefined) process.stderr.write(`not measured: ${rival.name}: ${missing}\n`)
    else if (rival.name.startsWith(process.env.TURNAROUND_RIVAL ?? '')) figures.push(...(await beside(rival)))
  }
  return figures
}

async function beside(rival: AwsServer): Promise<Figure[]> {
  const own = await ratesOf(ours)
  const theirs = await ratesOf(rival)
  return [...theirs].flatMap(([figure, measured]) => lines(figure, own.get(figure)!, rival.name, measured))
}

interface Measured {
  readonly perSecond: number
  /** Of the server; NaN where it runs in a container. The client is the slower of the two, and the same for all. */
  readonly cpuMsEach: number
}

function lines(figure: string, own: Measured, rival: string, theirs: Measured): Figure[] {
  const bench = `AWS SDK, ${WIDTH} in flight, beside ${rival}`
  const target = figure.startsWith('messages') ? 'ahead of all' : 'ahead of all, at least 4x LocalStack'
  const compared = (value: number, baseline: number, digits: number) => ({
    value: round(value, digits),
    baseline: round(baseline, digits),
    ratio: round(value / baseline),
  })
  const rate = { bench, figure, unit: '/s', target, ...compared(own.perSecond, theirs.perSecond, 0) }
  if (Number.isNaN(theirs.cpuMsEach)) return [rate]
  return [
    rate,
    { bench, figure: `${figure}: server's CPU each`, unit: 'ms', ...compared(own.cpuMsEach, theirs.cpuMsEach, 3) },
  ]
}

async function ratesOf(server: AwsServer): Promise<Map<string, Measured>> {
  const started = await server.start()
  const rates = new Map<string, Measured>()
  const clients = await benchClients(started.endpoint)
  try {
    const calls = await awsCalls(clients, server.services)
    for (const one of calls) rates.set(one.figure, await rateOf(one, started.pid))
  } finally {
    for (const client of Object.values(clients)) client.destroy()
    await started.stop()
  }
  return rates
}

async function rateOf({ once, prepare }: Calls, pid: number): Promise<Measured> {
  let number = 0
  await during(WARM_MS, () => once(number++))
  await prepare?.()
  const startedAt = performance.now()
  const cpuBefore = cpuSeconds(pid)
  const done = await during(MEASURED_MS, () => once(number++))
  return {
    perSecond: (done / (performance.now() - startedAt)) * 1000,
    cpuMsEach: ((cpuSeconds(pid) - cpuBefore) / done) * 1000,
  }
}

function cpuSeconds(pid: number): number {
  return pid === 0 ? NaN : watchProcesses(pid).stop().cpuSeconds
}

/** Calls until the time is over; answers the sum of what they did. */
async function during(ms: number, once: () => Promise<number>): Promise<number> {
  const end = performance.now() + ms
  let done = 0
  await inFlight(async () => {
    if (performance.now() >= end) return 0
    const count = await once() // apart: `done += await …` would read before it waits
    done += count
    return 1
  }, WIDTH)
  return done
}
