/** The embedded S3 as a process of its own, for tests that kill it or weigh it. Argument: the data folder. */
import { createServer } from 'node:http'
import { join } from 'node:path'
import { systemClock } from '../../../src/embedded/clock.ts'
import { toRequest } from '../../../src/embedded/http-request.ts'
import { createS3 } from '../../../src/embedded/s3/service.ts'
import { openStore } from '../../../src/embedded/store.ts'
import { portOf } from './port-of.ts'

export type FromS3Process = { readonly port: number } | { readonly maxRssBytes: number } | { readonly fault: string }

const dataFolder = process.argv[2]
const tell = (message: FromS3Process): void => void process.send!(message)
const s3 = createS3({
  store: openStore(dataFolder),
  bodiesFolder: join(dataFolder, 's3'),
  clock: systemClock,
  // Queues that never answer: what is told them is still untold when the process is killed.
  deliver: () => new Promise(() => {}),
  onError: (error) => tell({ fault: String(error) }),
})

const server = createServer((incoming, response) => {
  s3.handle(toRequest(incoming, response)!).catch((error: unknown) => {
    tell({ fault: String(error) })
    response.destroy()
  })
})
server.listen(0, '127.0.0.1', () => tell({ port: portOf(server) }))
process.on('message', () => tell({ maxRssBytes: process.resourceUsage().maxRSS * 1024 }))
process.on('disconnect', () => process.exit())
