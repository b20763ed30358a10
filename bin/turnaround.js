#!/usr/bin/env node
// Runs the build where there is one and no source, the source in a clone: Node strips the types itself, in half the time that
// tsx takes (docs/decisions/0017-start.md). An older system Node hands over to the Node 24 that comes with the package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module' // by name it would not exist for an older Node
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24
const own = fileURLToPath(import.meta.url)
const source = join(dirname(own), '../src/cli/main.ts')

// Ctrl-C before a command has set up its own way to stop.
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => process.exit(105))

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) handOver()
else {
  quiet()
  // Not in the system's temporary folder, which others may write to; where it cannot be written, starts are slower.
  process.env.NODE_COMPILE_CACHE ??= join(dirname(own), '../node_modules/.cache/turnaround')
  module.enableCompileCache()
  await import(existsSync(source) ? source : '../dist/cli/main.js')
}

/** node:sqlite works, and says at every start that it is experimental. */
function quiet() {
  const emit = process.emitWarning
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0]
    if (type !== 'ExperimentalWarning') emit.call(process, warning, ...rest)
  }
}

/** The package `node` brings its binary along; where that is not installed, we say what is needed. */
function bundledNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch {
    return refuse('the one it brings along is not installed: run npm ci')
  }
}

function handOver() {
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM')
  const node = bundledNode()
  const child = spawn(node, [own, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  // A terminal sends Ctrl-C to both of us; twice means "at once", so it is not passed on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  child.on('error', (error) => refuse(`starting ${node} failed: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 105)))
}

function refuse(why) {
  console.error(`turnaround needs Node ${NEEDED_MAJOR} (this is ${process.version}) and ${why}`)
  return process.exit(106)
}
