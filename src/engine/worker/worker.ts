import { parentPort, workerData } from 'node:worker_threads'
import { useCompileCache } from '../../compile-cache.ts'
import type { MainMessage, ThreadSettings } from './protocol.ts'

// The thread's entry: it wires the port, and nothing else. What `done` rejects with ends the thread, and main is told.
useCompileCache()
const { startLoadThread } = await import('./thread.ts')
const port = parentPort!
const thread = startLoadThread({
  settings: workerData as ThreadSettings,
  post: (message, transfer) => port.postMessage(message, transfer),
})
port.on('message', (message: MainMessage) => thread.receive(message))
process.on('unhandledRejection', (reason) => thread.stray(reason))
await thread.done
port.close()
setImmediate(() => process.exit()) // a journey may have left timers and sockets behind: nothing is waited for any more
