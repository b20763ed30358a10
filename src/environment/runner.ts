import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** What kind of place this process runs in, and by which name the place knows it. */
export interface Runner {
  readonly type: RunnerType
  /** Of the container this process is in, as its engine says; null outside of one, or where nothing tells it. */
  readonly container_id: string | null
  /** ECS task id, else container id, else host name: names this runner in the key of its results. */
  readonly task_id: string
}

export type RunnerType = 'local' | 'docker' | 'ecs' | 'lambda' | 'ec2' | 'kubernetes' | 'github'

/** Where stdout is collected line by line: metrics go there as embedded metric format. */
export const collectsStdout: Readonly<Record<RunnerType, boolean>> = {
  docker: true,
  ecs: true,
  lambda: true,
  kubernetes: true,
  local: false,
  ec2: false,
  github: false,
}

/** What is looked at; tests give their own. */
export interface Surroundings {
  readonly variables: NodeJS.ProcessEnv
  readonly hostname: string
  /** The text of a file, undefined where it cannot be read. */
  readonly read: (path: string) => Promise<string | undefined>
  /** The JSON at a URL. Rejects where nothing answers in time. */
  readonly fetchJson: (url: string) => Promise<unknown>
}

const METADATA_MS = 2_000

const real: Surroundings = {
  variables: process.env,
  hostname: hostname(),
  read: (path) => readFile(path, 'utf8').catch(() => undefined), // most of these exist in one kind of place only
  fetchJson: async (url) => (await fetch(url, { signal: AbortSignal.timeout(METADATA_MS) })).json(),
}

/**
 * From environment variables and files alone, and on ECS from its metadata endpoint, whose silence is no reason to stop.
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html)
 */
export async function detectRunner(surroundings: Surroundings = real): Promise<Runner> {
  const type = await typeOf(surroundings)
  if (type === 'ecs') {
    const ecs = await askEcs(surroundings)
    if (ecs) return { type, ...ecs }
  }
  const containerId = type === 'local' || type === 'ec2' ? null : await containerIdOf(surroundings)
  return { type, container_id: containerId, task_id: containerId ?? surroundings.hostname }
}

/** AWS sets one of these wherever it runs code; what leaves it for another place is paid by the GB. */
export function isOutsideAws(variables: NodeJS.ProcessEnv = process.env): boolean {
  return !variables.AWS_EXECUTION_ENV && !variables.ECS_CONTAINER_METADATA_URI_V4
}

/** The narrower place first: a task on ECS is a container on EC2 as well. */
async function typeOf({ variables, read }: Surroundings): Promise<RunnerType> {
  if (variables.AWS_LAMBDA_FUNCTION_NAME) return 'lambda'
  if (variables.ECS_CONTAINER_METADATA_URI_V4) return 'ecs'
  if (variables.GITHUB_ACTIONS === 'true') return 'github'
  if (variables.KUBERNETES_SERVICE_HOST) return 'kubernetes'
  if ((await read('/.dockerenv')) !== undefined || (await read('/run/.containerenv')) !== undefined) return 'docker'
  // Nitro and Xen: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html
  const vendor = await read('/sys/devices/virtual/dmi/id/sys_vendor')
  const hypervisor = await read('/sys/hypervisor/uuid')
  if (vendor?.startsWith('Amazon EC2') || hypervisor?.startsWith('ec2')) return 'ec2'
  return 'local'
}

async function askEcs({
  variables,
  fetchJson,
}: Surroundings): Promise<Pick<Runner, 'container_id' | 'task_id'> | null> {
  const base = variables.ECS_CONTAINER_METADATA_URI_V4!
  try {
    const [container, task] = await Promise.all([fetchJson(base), fetchJson(`${base}/task`)])
    const { DockerId } = container as { DockerId?: string }
    const { TaskARN } = task as { TaskARN?: string }
    const taskId = TaskARN?.split('/').at(-1) ?? DockerId
    return taskId === undefined ? null : { container_id: DockerId ?? null, task_id: taskId }
  } catch {
    return null // the container's own files still tell who it is
  }
}

/** cgroup v1 names the container; under v2 its mounts do; otherwise the host name, which Docker makes from the id. */
async function containerIdOf({ read, hostname: name }: Surroundings): Promise<string | null> {
  const inCgroup = /[/-]([0-9a-f]{64})(?:\.scope)?$/m.exec((await read('/proc/self/cgroup')) ?? '')
  const inMounts = /\/containers\/([0-9a-f]{64})\//.exec((await read('/proc/self/mountinfo')) ?? '')
  return inCgroup?.[1] ?? inMounts?.[1] ?? (/^[0-9a-f]{12}$/.test(name) ? name : null)
}
