import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export type ServiceName = 'sqs' | 's3' | 'dynamodb'

/** A server that speaks AWS, as a user would start it. */
export interface AwsServer {
  readonly name: string
  readonly services: readonly ServiceName[]
  /** Why it cannot be measured here; undefined where it can. */
  missing(): string | undefined
  start(): Promise<StartedServer>
}

export interface StartedServer {
  readonly endpoint: string
  /** 0 where it runs in a container. */
  readonly pid: number
  stop(): Promise<void>
}

const launcher = fileURLToPath(new URL('../bin/turnaround.js', import.meta.url))
const PORT = 45_671
const START_MS = 90_000
const LOCALSTACK = 'localstack/localstack:4.14.0'
const ALL = ['sqs', 's3', 'dynamodb'] as const

export const ours: AwsServer = {
  name: 'turnaround',
  services: ALL,
  missing: () => undefined,
  async start() {
    const folder = await mkdtemp(join(tmpdir(), 'turnaround-bench-'))
    const started = await startProcess(process.execPath, [launcher, 'embedded', '--port', port(), '--data', folder])
    return {
      ...started,
      async stop() {
        await started.stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  },
}

/** What our users would take instead. Each is used where it is found, and named as missing where not. */
export const rivals: readonly AwsServer[] = [
  {
    name: 'LocalStack 4.14',
    services: ALL,
    missing: () => (succeeds('docker', 'image', 'inspect', LOCALSTACK) ? undefined : `no image ${LOCALSTACK}`),
    start: startLocalStack,
  },
  {
    name: 'ElasticMQ 1.7',
    services: ['sqs'],
    missing: () =>
      process.env.TURNAROUND_ELASTICMQ
        ? undefined
        : 'TURNAROUND_ELASTICMQ: the class path of org.elasticmq:elasticmq-server_2.13:1.7.1',
    start: () =>
      startProcess('java', [
        `-Dnode-address.port=${PORT}`,
        `-Drest-sqs.bind-port=${PORT}`,
        ...['-cp', process.env.TURNAROUND_ELASTICMQ!, 'org.elasticmq.server.Main'],
      ]),
  },
  command('MiniStack', 'ministack', [], { GATEWAY_PORT: port() }),
  command('moto', 'moto_server', ['-p', port()]),
]

function command(name: string, file: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): AwsServer {
  return {
    name,
    services: ALL,
    missing: () => (succeeds(file, '--help') ? undefined : `no ${file} on the PATH (pip install)`),
    start: () => startProcess(file, args, variables),
  }
}

function port(): string {
  return String(PORT)
}

function succeeds(file: string, ...args: readonly string[]): boolean {
  return spawnSync(file, args, { stdio: 'ignore' }).status === 0
}

async function startProcess(
  file: string,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): Promise<StartedServer> {
  const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...variables } })
  const endpoint = `http://127.0.0.1:${PORT}`
  await answers(endpoint, child)
  return { endpoint, pid: child.pid!, stop: () => end(child) }
}

async function startLocalStack(): Promise<StartedServer> {
  const container = `turnaround-bench-${process.pid}`
  const quiet = ['DISABLE_EVENTS=1', 'SKIP_SSL_CERT_DOWNLOAD=1', 'DNS_ADDRESS=0', 'EAGER_SERVICE_LOADING=1']
  const settings = [...quiet, 'SERVICES=sqs,s3,dynamodb,sts'].flatMap((setting) => ['-e', setting])
  const publish = ['-p', `127.0.0.1:${PORT}:4566`]
  const { status, stderr } = spawnSync('docker', [
    'run',
    '-d',
    '--name',
    container,
    ...publish,
    ...settings,
    LOCALSTACK,
  ])
  if (status !== 0) throw new Error(stderr.toString())
  const endpoint = `http://127.0.0.1:${PORT}`
  await answers(`${endpoint}/_localstack/health`)
  return {
    endpoint,
    pid: 0,
    stop: async () => void spawnSync('docker', ['rm', '-f', container]),
  }
}

/** Any HTTP answer will do. */
async function answers(url: string, child?: ChildProcess): Promise<void> {
  for (const until = performance.now() + START_MS; ;) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(2000) })
      return
    } catch (error) {
      if (performance.now() > until || child?.exitCode) throw error
      await delay(100)
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, delay(5000, undefined, { ref: false })])
  child.kill('SIGKILL')
  await ended
}
