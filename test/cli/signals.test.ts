import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../../src/cli/', import.meta.url))

/** As in a start: the signal is there while modules load, and nobody is told of it before the command takes over. */
const program = (module: string, name: string, takeOver: string) => `
  import { ${name} } from ${JSON.stringify(source + module)}
  process.once('SIGTERM', () => process.exit(1))
  setTimeout(() => {
    process.kill(process.pid, 'SIGTERM')
    ${takeOver}
    setTimeout(() => process.exit(3), 10_000)
  })`

for (const [who, text] of [
  [
    'command',
    program('signals.ts', 'onSignals', `onSignals({ say() {} }).addEventListener('abort', () => process.exit(0))`),
  ],
  ['host or server of a run', program('launch.ts', 'asChild', 'asChild(() => undefined, () => process.exit(0))')],
] as const) {
  test(`a signal that comes while the ${who} is being loaded stops it`, { timeout: 20_000 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
      stdio: ['inherit', 'inherit', 'pipe'],
    })
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0)
  })
}
