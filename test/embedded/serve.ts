import { startEmbeddedAws } from '../../src/embedded/index.ts'

// The server as a process of its own, to be killed.
const { endpoint } = await startEmbeddedAws({ dataFolder: process.argv[2] })
process.send!(endpoint)
