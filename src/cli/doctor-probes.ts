import { execFile } from 'node:child_process'
import { access, constants, mkdtemp, readFile, rmdir, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { availableParallelism, homedir, totalmem } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** How `doctor` looks at a machine. Every look may reject, and says why; none leaves anything behind. */
export interface Probes {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly nodeVersion: string
  /** What the command prints. Rejects where it is not there, fails, or the signal ends it. */
  run(command: string, args: readonly string[], signal: AbortSignal): Promise<string>
  /** The first `node` on the PATH that no npm script put there. */
  systemNode(): Promise<string | undefined>
  /** Cores this process may use, container limits counted in. */
  cores(): number
  memory(): { readonly totalBytes: number; readonly availableBytes: number }
  freeDiskBytes(folder: string): Promise<number>
  /** Resolves where files can be made in the folder, or in the nearest one above it that exists. */
  tryWriting(folder: string): Promise<void>
  /** Resolves where the port on 127.0.0.1 can be listened on. */
  tryListening(port: number): Promise<void>
  /** Names of the profiles in AWS's two files. Secrets are not kept. */
  awsProfiles(): Promise<string[]>
}

export const systemProbes: Probes = {
  env: process.env,
  nodeVersion: process.versions.node,
  run,
  systemNode,
  cores: availableParallelism, // heeds affinity and, since libuv 1.49, the cgroup's cpu.max
  memory,
  freeDiskBytes: async (folder) => {
    const { bavail, bsize } = await statfs(await nearestExisting(folder))
    return bavail * bsize
  },
  tryWriting: async (folder) => {
    // Permission bits don't tell of read-only file systems or quotas: only making something does.
    await rmdir(await mkdtemp(join(await nearestExisting(folder), '.turnaround-doctor-')))
  },
  tryListening,
  awsProfiles,
}

async function run(command: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { signal, killSignal: 'SIGKILL' })
  return stdout.trim()
}

async function systemNode(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const folder of folders.filter((candidate) => !candidate.includes('node_modules'))) {
    const path = join(folder, 'node')
    if (await exists(path, constants.X_OK)) return path
  }
  return undefined
}

function memory(): ReturnType<Probes['memory']> {
  const limit = process.constrainedMemory()
  const totalBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  return { totalBytes, availableBytes: Math.min(process.availableMemory(), totalBytes) }
}

function tryListening(port: number): Promise<void> {
  const { promise, resolve: done, reject } = Promise.withResolvers<void>()
  const server = createServer()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', () => server.close(() => done()))
  return promise
}

async function awsProfiles(): Promise<string[]> {
  const files = [
    process.env['AWS_CONFIG_FILE'] ?? join(homedir(), '.aws', 'config'),
    process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws', 'credentials'),
  ]
  const names = new Set<string>()
  for (const file of files) {
    if (!(await exists(file, constants.R_OK))) continue
    for (const [, name] of (await readFile(file, 'utf8')).matchAll(/^\s*\[(?:profile\s+)?([^\]]+)\]/gm)) {
      if (!/^(sso-session|services)\s/.test(name)) names.add(name.trim())
    }
  }
  return [...names]
}

async function nearestExisting(folder: string): Promise<string> {
  const path = resolve(folder)
  return (await exists(path, constants.F_OK)) || dirname(path) === path ? path : nearestExisting(dirname(path))
}

function exists(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false, // the answer asked for
  )
}
