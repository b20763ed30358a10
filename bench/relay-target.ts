import { startTarget } from '../src/targets/index.ts'

// The relay stand-in as a process of its own; prints its URL.
const relay = await startTarget('relay')
process.stdout.write(`${relay.url}\n`)
process.stdin.on('end', () => process.exit()).resume() // the bench is over, or gone
