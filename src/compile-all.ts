/**
 * Run by npm's `prepare` in a clone: imports every module once, so that the cache of compiled code holds them all, and the
 * first run of a clone does not pay for it in each of its processes (docs/decisions/0017-start.md). Run once more with the
 * flag that hosts/threads sets: what is compiled with other flags is kept apart.
 */
import { glob } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const own = fileURLToPath(import.meta.url)
const source = dirname(own)
const commandLine = join(source, 'cli/main.ts') // reads its arguments on import; `prepare` calls it by itself

for await (const path of glob('**/*.ts', { cwd: source })) {
  const module = join(source, path)
  if (module === own || module === commandLine) continue
  // The entries of threads work on import, and find here that there is no work: they are compiled all the same.
  await import(module).catch((error: unknown) => {
    if (!path.endsWith('/worker.ts')) throw error
  })
}
