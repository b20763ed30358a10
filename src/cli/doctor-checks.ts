import type { Probes } from './doctor-probes.ts'

export type Status = 'ok' | 'missing' | 'warning'

/** Who needs what is looked at: every run, one environment, work on a clone, or nobody. */
export type Needed = 'always' | 'localstack' | 'aws' | 'build' | 'optional'

export interface Finding {
  readonly status: Status
  readonly detail: string
  /** What to do about it. */
  readonly fix?: string
}

/** One thing to look at. `look` may reject: the thing is then missing, or could not be looked at. */
export interface Rule {
  readonly name: string
  readonly needed: Needed
  look(probes: Probes, signal: AbortSignal): Promise<Finding> | Finding
}

const GIGABYTE = 1e9

/** `node:sqlite` works without a flag from this version on. */
const NODE_IN_USE = [22, 13]
const SYSTEM_NODE = [20, 0]
/** What the default run of `flights` may take: design limits of its memory and disk. */
const RUN_MEMORY_BYTES = 1 * GIGABYTE
const RUN_DISK_BYTES = 3 * GIGABYTE
const LOCALSTACK_PORT = 4566

export const rules: readonly Rule[] = [
  { name: 'Node in use', needed: 'always', look: nodeInUse },
  { name: 'cores', needed: 'always', look: (probes) => ok(`${probes.cores()} available`) },
  { name: 'memory', needed: 'always', look: memory },
  { name: 'disk', needed: 'always', look: disk },
  { name: '.turnaround/', needed: 'always', look: (probes) => writable(probes, '.turnaround') },
  { name: 'results/', needed: 'always', look: (probes) => writable(probes, 'results') },
  { name: 'system Node', needed: 'build', look: systemNode },
  command('npm', 'build', ['npm', '--version'], 'install Node with npm'),
  command(
    'make',
    'build',
    ['make', '--version'],
    'install make (apt install make, xcode-select --install), or call npx turnaround directly',
  ),
  command('git', 'build', ['git', '--version'], 'install git; without it, runs do not know their commit'),
  command('docker', 'localstack', ['docker', '--version'], 'install Docker; runs with --env embedded need none'),
  command(
    'docker engine',
    'localstack',
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    'start the Docker engine',
  ),
  command(
    'docker compose',
    'localstack',
    ['docker', 'compose', 'version', '--short'],
    'install the Docker Compose plugin',
  ),
  { name: `port ${LOCALSTACK_PORT}`, needed: 'localstack', look: port },
  { name: 'AWS credentials', needed: 'aws', look: credentials },
  command('python3', 'optional', ['python3', '--version'], 'only to open results with pyarrow'),
  command('DuckDB', 'optional', ['duckdb', '--version'], 'only to query the parquet files by hand'),
]

function ok(detail: string): Finding {
  return { status: 'ok', detail }
}

/** Present where the command answers. */
function command(name: string, needed: Needed, [file, ...args]: [string, ...string[]], fix: string): Rule {
  return {
    name,
    needed,
    async look(probes, signal) {
      const printed = await probes.run(file, args, signal).catch((error: NodeJS.ErrnoException) => error)
      if (typeof printed === 'string') return ok(printed.split('\n')[0])
      signal.throwIfAborted()
      const why = printed.code === 'ENOENT' ? `no ${file} on the PATH` : firstComplaint(printed.message)
      return { status: 'missing', detail: why, fix }
    },
  }
}

/** What the command itself said first; Node's message begins with a line that repeats the command. */
function firstComplaint(message: string): string {
  const said = message.split('\n').filter((line) => line.trim() !== '')
  return (said.find((line) => !line.startsWith('Command failed:')) ?? said[0] ?? 'it failed').trim()
}

function nodeInUse({ nodeVersion }: Probes): Finding {
  if (isAtLeast(nodeVersion, NODE_IN_USE)) return ok(nodeVersion)
  const fix = 'run npm ci, then make or npx turnaround: they use the Node 24 in node_modules'
  return { status: 'missing', detail: `${nodeVersion}, and ${NODE_IN_USE.join('.')} or later is needed`, fix }
}

async function systemNode(probes: Probes, signal: AbortSignal): Promise<Finding> {
  const path = await probes.systemNode()
  if (path === undefined) return { status: 'missing', detail: 'no node on the PATH', fix: 'install Node 20 or later' }
  const version = (await probes.run(path, ['--version'], signal)).replace(/^v/, '')
  if (isAtLeast(version, SYSTEM_NODE)) return ok(`${version} (${path})`)
  return {
    status: 'warning',
    detail: `${version} (${path}) is too old to install with`,
    fix: 'install Node 20 or later',
  }
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = wanted
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}

function memory(probes: Probes): Finding {
  const { availableBytes, totalBytes } = probes.memory()
  const detail = `${gigabytes(availableBytes)} free of ${gigabytes(totalBytes)}`
  if (availableBytes >= RUN_MEMORY_BYTES) return ok(detail)
  return {
    status: 'warning',
    detail,
    fix: `the default run takes up to ${gigabytes(RUN_MEMORY_BYTES)}; use --workers 1 or flights-small`,
  }
}

async function disk(probes: Probes): Promise<Finding> {
  const free = await probes.freeDiskBytes('.')
  const detail = `${gigabytes(free)} free in the working folder`
  if (free >= RUN_DISK_BYTES) return ok(detail)
  return {
    status: 'warning',
    detail,
    fix: `the default run takes up to ${gigabytes(RUN_DISK_BYTES)}; free some, or run flights-small`,
  }
}

async function writable(probes: Probes, folder: string): Promise<Finding> {
  const error = await probes.tryWriting(folder).then(
    () => undefined,
    (reason: NodeJS.ErrnoException) => reason,
  )
  if (!error) return ok('can be written')
  return {
    status: 'missing',
    detail: `cannot be written: ${error.message}`,
    fix: 'make the working folder writable, or work in another',
  }
}

async function port(probes: Probes): Promise<Finding> {
  const error = await probes.tryListening(LOCALSTACK_PORT).then(
    () => undefined,
    (reason: NodeJS.ErrnoException) => reason,
  )
  if (!error) return ok('free on 127.0.0.1')
  const detail = error.code === 'EADDRINUSE' ? 'in use on 127.0.0.1' : error.message
  return {
    status: 'warning',
    detail,
    fix: 'fine if that is LocalStack; else stop what listens there, or set AWS_ENDPOINT_URL',
  }
}

/** Whether there is something to sign with. Names only: values never leave the environment. */
async function credentials(probes: Probes): Promise<Finding> {
  const variables = Object.keys(probes.env).filter((name) =>
    /^AWS_(PROFILE|ACCESS_KEY_ID|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_)/.test(name),
  )
  const profiles = await probes.awsProfiles()
  const found = [
    ...(variables.length > 0 ? [`set: ${variables.sort().join(', ')}`] : []),
    ...(profiles.length > 0 ? [`profiles: ${profiles.join(', ')}`] : []),
  ]
  if (found.length > 0) return ok(found.join('; '))
  return {
    status: 'missing',
    detail: 'no AWS variables and no profiles',
    fix: 'aws configure, or set AWS_PROFILE; local runs need none',
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`
}
