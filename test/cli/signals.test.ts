import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const signals = fileURLToPath(new URL('../../src/cli/signals.ts', import.meta.url))

/** As in a start: the signal is there while modules load, and nobody is told of it before the command takes over. */
const PROGRAM = `
  import { onSignals } from ${JSON.stringify(signals)}
  process.once('SIGTERM', () => process.exit(1))
  setTimeout(() => {
    process.kill(process.pid, 'SIGTERM')
    onSignals({ say: () => undefined }).addEventListener('abort', () => process.exit(0))
    setTimeout(() => process.exit(3), 10_000)
  })`

test('a signal that comes while the command is being loaded stops it', { timeout: 20_000 }, async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', PROGRAM], { stdio: 'inherit' })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  assert.equal(code, 0)
})
