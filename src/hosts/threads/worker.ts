import { parentPort, workerData } from 'node:worker_threads'
import { useCompileCache } from '../../compile-cache.ts'
import type { Workload } from '../../workloads/workload.ts'
import type { JobRequest, StopRequest, WorkerMessage, WorkerSettings } from './protocol.ts'

interface WorkloadRegistry {
  readonly bareWorkload: string
  readonly loadWorkload: (name: string) => Promise<Workload>
}

// The thread's entry: it wires the port, and nothing else. Each thread has its own clients.
useCompileCache()
const [{ startEnvironment }, { createProcessor }, { processMessage }] = await Promise.all([
  import('../../environment/start-environment.ts'),
  import('../../processor/create-processor.ts'),
  import('../../processor/process-message.ts'),
])
const settings = workerData as WorkerSettings
const environment = await startEnvironment(settings.environment)
const registry = (await import(settings.registry)) as WorkloadRegistry
const stopping = new AbortController()
const processor = createProcessor(environment, { ...settings, ...registry, hostStop: stopping.signal })

function answer(message: WorkerMessage): void {
  parentPort!.postMessage(message)
}

parentPort!.on('message', (request: JobRequest | StopRequest) => {
  if ('stop' in request) return stopping.abort(request.stop)
  const { id, delivery } = request
  processMessage(delivery, processor, () => answer({ type: 'claimed', id })).then(
    (outcome) => answer({ type: 'outcome', id, outcome }),
    (error: unknown) => answer({ type: 'error', id, message: error instanceof Error ? error.message : String(error) }),
  )
})
answer({ type: 'ready' })
