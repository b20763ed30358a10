import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const execute = promisify(execFile)
const LOOK_MS = 20_000
const PULL_MS = 10 * 60_000

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const localstackImage = `localstack/localstack:${process.env.LOCALSTACK_TAG || '4.14.0'}`

/** Answers stdout. Rejects with what docker said. */
export async function docker(args: readonly string[], variables: NodeJS.ProcessEnv = {}, timeout = LOOK_MS) {
  const { stdout } = await execute('docker', args, { env: { ...process.env, ...variables }, cwd: root, timeout })
  return stdout.trim()
}

/** Why tests on LocalStack cannot run here; false where they can. */
export const noLocalstack: string | false = await whyNot()

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
