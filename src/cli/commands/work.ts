import { availableParallelism, hostname } from 'node:os'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import { askAtTerminal } from '../ask.ts'
import { startHeartbeat } from '../heartbeat.ts'
import { asChild } from '../launch.ts'
import { onSignals } from '../signals.ts'
import { DEFAULT_SLOTS, environmentOptions, hostOptions, logOptions } from './options.ts'

export const command = 'work'
export const describe = 'do jobs from the incoming queue in worker threads, until stopped'

export function builder(argv: Argv) {
  return logOptions(hostOptions(environmentOptions(argv)))
    .option('metrics', {
      type: 'string',
      describe: 'where metrics go: stdout, off, or a file (default: stdout in a container, else off)',
    })
    .option('reason', { type: 'string', describe: 'why; kept in the audit record of a protected environment' })
    .option('child', { type: 'boolean', default: false, hidden: true })
}

/** What an orphan may take to finish or give back what it holds. */
const ORPHAN_MS = 12_000

const registryUrl = new URL(
  import.meta.url.endsWith('.ts') ? '../../workloads/registry.ts' : '../../workloads/registry.js',
  import.meta.url,
).href

/** All at once they would only be in each other's way. */
const AHEAD = 4

/** What the threads may keep of models and the like, together. */
const MEMORY_BYTES = 112 * 1024 * 1024

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const workers = args.workers ?? availableParallelism()
  const { startWorkerThread } = await import('../../hosts/threads/worker-thread.ts')
  // They load what they need while this thread does, and while the environment is looked for.
  const started = Array.from({ length: Math.min(workers, AHEAD) }, () => startWorkerThread(registryUrl))
  const { hostLog } = await import('../host-log.ts')
  const { openMetrics } = await import('../open-metrics.ts')
  const { runThreadsHost } = await import('../../hosts/threads/threads-host.ts')
  const { environmentOf } = await import('../../environment/start-environment.ts')
  const { provisionOrCheck } = await import('../../environment/provision.ts')
  const { inEnvironment } = await import('../run/open-environment.ts')
  const log = hostLog({ host: `${hostname()}/${process.pid}`, level: args.logLevel })
  const say = (text: string) => (process.stderr.isTTY ? void process.stderr.write(`${text}\n`) : log.info(text))
  const alone = new AbortController()
  const stop = args.child ? alone.signal : onSignals({ say })
  if (args.child) {
    const whenAlone = () => {
      alone.abort()
      setTimeout(() => process.exit(105), ORPHAN_MS).unref() // its server may be gone too, and calls to it patient
    }
    asChild(whenAlone, () => alone.abort())
  }
  await inEnvironment(args, async ({ environment, failure }) => {
    if (!args.child) {
      // Else it was done by the run whose child this is.
      await provisionOrCheck(environment)
      const { admitHost } = await import('../run/admit-host.ts')
      await admitHost(environment, { reason: args.reason, ask: askAtTerminal(stop), log, say })
    }
    const host = runThreadsHost({
      environment: environmentOf(environment),
      workers,
      slotsPerWorker: args.slots ?? DEFAULT_SLOTS,
      registry: registryUrl,
      started,
      memoryBytes: MEMORY_BYTES,
      testRunId: process.env.TEST_RUN_ID,
      log,
      metrics: await openMetrics(args.metrics),
      signal: stop,
      onReady() {
        log.info({ env: args.env, workers }, 'working')
        if (process.stderr.isTTY) say(`working on ${args.env}; Ctrl-C stops`)
        startHeartbeat(process.env.TURNAROUND_HEARTBEAT)
      },
    })
    await Promise.race([host, failure])
  })
}
