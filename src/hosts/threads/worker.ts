import { parentPort, workerData } from 'node:worker_threads'
import { useCompileCache } from '../../compile-cache.ts'
import type { Processor } from '../../processor/processor.ts'
import type { Workload } from '../../workloads/workload.ts'
import type { HostMessage, JobRequest, WorkerData, WorkerMessage, WorkerSettings } from './protocol.ts'

interface WorkloadRegistry {
  readonly bareWorkload: string
  readonly loadWorkload: (name: string) => Promise<Workload>
}

// The thread's entry: it wires the port, and nothing else. Each thread has its own clients. All that can be loaded is
// loaded before it is told what to work on.
useCompileCache()
const [{ startEnvironment }, { createProcessor }, { processMessage }, registry] = await Promise.all([
  import('../../environment/start-environment.ts'),
  import('../../processor/create-processor.ts'),
  import('../../processor/process-message.ts'),
  import((workerData as WorkerData).registry) as Promise<WorkloadRegistry>,
  import('../../environment/make-clients.ts').then(({ loadClients }) => loadClients()),
])

function answer(message: WorkerMessage): void {
  parentPort!.postMessage(message)
}

const stopping = new AbortController()
let processor: Processor | undefined

/** What it cannot begin with ends the thread, and says why. */
async function begin(settings: WorkerSettings): Promise<void> {
  const environment = await startEnvironment(settings.environment)
  processor = createProcessor(environment, { ...settings, ...registry, hostStop: stopping.signal })
  answer({ type: 'ready' })
}

function run({ id, delivery }: JobRequest): void {
  processMessage(delivery, processor!, () => answer({ type: 'claimed', id })).then(
    (outcome) => answer({ type: 'outcome', id, outcome }),
    (error: unknown) => answer({ type: 'error', id, message: error instanceof Error ? error.message : String(error) }),
  )
}

parentPort!.on('message', (message: HostMessage) => {
  if (message.type === 'jobs') message.jobs.forEach(run)
  else if (message.type === 'stop') stopping.abort(message.reason)
  else void begin(message.settings)
})
