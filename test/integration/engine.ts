import { execFile } from 'node:child_process'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const execute = promisify(execFile)
const LOOK_MS = 20_000
const PULL_MS = 10 * 60_000
/** Of testcontainers 12.1. */
const REAPER_IMAGE = 'testcontainers/ryuk:0.14.0'

/** A bound for a whole run, its pause, and a machine that does other things as well. */
export const RUN_MS = 240_000
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const localstackImage = `localstack/localstack:${process.env.LOCALSTACK_TAG || '4.14.0'}`

/** Answers stdout. Rejects with what docker said. */
export async function docker(args: readonly string[], variables: NodeJS.ProcessEnv = {}, timeout = LOOK_MS) {
  const { stdout } = await execute('docker', args, { env: { ...process.env, ...variables }, cwd: root, timeout })
  return stdout.trim()
}

/** Why tests on LocalStack cannot run here; false where they can. */
export const noLocalstack: string | false = await whyNot()
if (noLocalstack === false) await settleTestcontainers(process.env)

async function whyNot(): Promise<string | false> {
  try {
    await docker(['version', '--format', '{{.Server.Version}}'])
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no docker command' : lastLine(error)
    return `no Docker engine answers here: ${why}`
  }
  if (await isThere(localstackImage)) return false
  return docker(['pull', '--quiet', localstackImage], {}, PULL_MS).then(
    () => false,
    (error: unknown) => `the engine has no ${localstackImage} and cannot pull it: ${lastLine(error)}`,
  )
}

/**
 * What testcontainers cannot find out by itself. Its reaper is an image: where that cannot be had, suites remove what they
 * started and a killed test run leaves it. And it takes a machine with certain files for a container, and looks for
 * published ports elsewhere: an engine with our host name publishes them here.
 */
async function settleTestcontainers(variables: NodeJS.ProcessEnv): Promise<void> {
  if (variables.TESTCONTAINERS_RYUK_DISABLED === undefined) {
    const reaper = variables.RYUK_CONTAINER_IMAGE ?? REAPER_IMAGE
    const isMissing = !(await isThere(reaper)) && (await docker(['pull', '--quiet', reaper]).catch(() => '')) === ''
    if (isMissing) variables.TESTCONTAINERS_RYUK_DISABLED = 'true'
  }
  if ((await docker(['info', '--format', '{{.Name}}'])) === hostname()) {
    variables.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1'
  }
}

export function isThere(image: string): Promise<boolean> {
  return docker(['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  )
}

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n').at(-1)!
}

/** LocalStack's settings, as compose.yaml has them. */
export function composeSettings(): Record<string, string> {
  const { services } = parse(readFileSync(`${root}/compose.yaml`, 'utf8')) as {
    services: { localstack: { environment: Record<string, string | number | null> } }
  }
  const settings = Object.entries(services.localstack.environment).filter(([, value]) => value !== null)
  return Object.fromEntries(settings.map(([name, value]) => [name, String(value)]))
}
