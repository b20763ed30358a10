import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedAws } from '../../../src/embedded/index.ts'

export type FromVictim =
  | { readonly port: number }
  | { readonly fault: string }
  | { readonly heldBytes: number; readonly residentBytes: number }

// The server as a process of its own, to be attacked. Argument: the data folder. Needs --expose-gc.
const tell = (message: FromVictim): void => void process.send!(message)
const onError = (error: unknown): void => tell({ fault: error instanceof Error ? String(error.stack) : String(error) })
const { port } = await startEmbeddedAws({ dataFolder: process.argv[2], onError })
tell({ port })

process.on('message', () => void weigh())
process.on('disconnect', () => process.exit())

/** What is held when nothing is under way. */
async function weigh(): Promise<void> {
  // Twice: what the first round finds ends, buffers above all, is given back after it.
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc!()
    await delay(10)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  tell({ heldBytes: heapUsed + external, residentBytes: rss })
}
