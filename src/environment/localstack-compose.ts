import { EnvironmentError } from '../errors.ts'
import { licenceTrouble, type LocalstackEnd } from './localstack-licence.ts'
import { runDocker, type DockerOutcome } from './run-docker.ts'

export interface ComposeOptions {
  readonly composeFile: string
  /** `LOCALSTACK_TAG`, `LOCALSTACK_PORT`, `LOCALSTACK_AUTH_TOKEN`, `DOCKER_HOST`, …: see compose.yaml. */
  readonly variables: NodeJS.ProcessEnv
  /** What Docker says while it works: a first pull takes minutes. */
  readonly say: (text: string) => void
}

const ENGINE_MS = 15_000
/** A first pull is 400 MB. */
const UP_MS = 15 * 60_000
const WAIT_SECONDS = 180
const DOWN_MS = 60_000
const LOG_LINES = 20
/** Started by `--profile` only, and stopped with the rest. */
const PROFILES = ['workers', 'storefront', 'relay']

/** The endpoint that compose.yaml publishes. */
export function composeEndpoint({ LOCALSTACK_PORT }: NodeJS.ProcessEnv): string {
  return `http://127.0.0.1:${LOCALSTACK_PORT || '4566'}`
}

/**
 * Starts LocalStack and waits until it is provisioned, by its health check; where it runs already, that takes a second.
 * Answers its endpoint. Throws EnvironmentError, which says what is missing and what to do about it.
 */
export async function composeUp(options: ComposeOptions): Promise<string> {
  await mustHaveDocker(options)
  const upArgs = ['--progress', 'plain', 'up', '--detach', '--wait', '--wait-timeout', String(WAIT_SECONDS)]
  const outcome = await compose(options, [...upArgs, 'localstack'], UP_MS)
  if (outcome.code !== 0) throw await whyNotUp(options, outcome)
  return composeEndpoint(options.variables)
}

/** Stops and removes the containers and all they hold. */
export async function composeDown(options: ComposeOptions): Promise<void> {
  await mustHaveDocker(options)
  const profiles = PROFILES.flatMap((profile) => ['--profile', profile])
  const down = ['--progress', 'plain', 'down', '--volumes', '--remove-orphans']
  const { code, output } = await compose(options, [...profiles, ...down], DOWN_MS)
  if (code !== 0) throw new EnvironmentError(`docker compose down failed:\n${lastLines(output)}`)
}

/** Prints what the containers said, and say from now on where `follow`; ends with the signal. */
export async function composeLogs(options: ComposeOptions, follow: boolean, signal: AbortSignal): Promise<void> {
  const { composeFile, variables } = options
  await mustHaveDocker(options)
  const args = ['compose', '--file', composeFile, 'logs', ...(follow ? ['--follow'] : [])]
  const { code } = await runDocker(args, { variables, signal, inherit: true })
  if (code !== 0 && code !== 'SIGPIPE' && !signal.aborted) throw new EnvironmentError('docker compose logs failed')
}

function compose(options: ComposeOptions, args: readonly string[], timeoutMs: number): Promise<DockerOutcome> {
  return runDocker(['compose', '--file', options.composeFile, ...args], { ...options, timeoutMs })
}

const WITHOUT =
  'Without Docker the same scenarios run on --env embedded: make local-run, or npx turnaround run <scenario>'

async function mustHaveDocker({ variables }: ComposeOptions): Promise<void> {
  const look = (args: readonly string[]) => runDocker(args, { variables, timeoutMs: ENGINE_MS })
  const engine = await look(['version', '--format', '{{.Server.Version}}'])
  if (engine.code === 'ENOENT')
    throw new EnvironmentError(`There is no docker command here: install Docker. ${WITHOUT}`)
  if (engine.code !== 0) {
    throw new EnvironmentError(`No Docker engine answers (${lastLines(engine.output, 1)}): start it. ${WITHOUT}`)
  }
  const plugin = await look(['compose', 'version', '--short'])
  if (plugin.code !== 0) {
    throw new EnvironmentError(`Docker has no compose here: install its Compose plugin (v2). ${WITHOUT}`)
  }
}

/** What may go wrong, as Docker's engine and LocalStack say it, and what it means. The first that fits is told. */
interface Trouble {
  readonly is: (found: Found) => boolean
  readonly message: (found: Found) => string
}

/** Its exit code is undefined where there is no container. */
interface Found extends LocalstackEnd {
  readonly port: string
  /** What Compose said. */
  readonly output: string
}

const troubles: readonly Trouble[] = [
  {
    is: ({ output }) => /port is already allocated|address already in use|ports are not available/i.test(output),
    message: ({ port }) =>
      `Port ${port} of 127.0.0.1 is in use by something else. Stop that, or choose another: LOCALSTACK_PORT=4567 make up; ` +
      `to use what is there: npx turnaround run <scenario> --env localstack --endpoint http://127.0.0.1:${port}`,
  },
  {
    is: (found) => licenceTrouble(found) !== undefined,
    message: (found) => licenceTrouble(found)!,
  },
  {
    is: ({ output, exitCode }) =>
      exitCode === undefined &&
      /manifest unknown|not found|pull access denied|failed to (resolve|do request)|no such host|error response from daemon: get /i.test(
        output,
      ),
    message: ({ image, output }) =>
      `The image ${image} is not in the Docker engine and cannot be pulled: ${lastLines(output, 1)}. ` +
      `Check the tag (LOCALSTACK_TAG) and that its registry can be reached. ${WITHOUT}`,
  },
  {
    is: ({ exitCode }) => exitCode !== undefined && exitCode !== 0,
    message: ({ image, exitCode, logs }) => `${image} ended with code ${exitCode}. It said:\n${logs}`,
  },
  {
    is: ({ logs }) => /error while running script|Traceback/i.test(logs),
    message: ({ logs }) => `LocalStack runs, but its init hook in localstack/init/ready.d/ failed:\n${logs}`,
  },
]

async function whyNotUp(options: ComposeOptions, { code, output }: DockerOutcome): Promise<EnvironmentError> {
  const { variables } = options
  const quiet = { ...options, say: () => undefined }
  const id = (await compose(quiet, ['ps', '--all', '--quiet', 'localstack'], ENGINE_MS)).output.trim()
  const state =
    id && (await runDocker(['inspect', '-f', '{{.State.ExitCode}}', id], { variables, timeoutMs: ENGINE_MS }))
  const logArgs = ['logs', '--no-color', '--no-log-prefix', '--tail', String(LOG_LINES), 'localstack']
  const found: Found = {
    image: `localstack/localstack:${variables.LOCALSTACK_TAG || '4.14.0'}`,
    port: variables.LOCALSTACK_PORT || '4566',
    output,
    logs: id ? lastLines((await compose(quiet, logArgs, ENGINE_MS)).output) : '',
    exitCode: state && state.code === 0 ? Number(state.output) : undefined,
  }
  const trouble = troubles.find(({ is }) => is(found))
  return new EnvironmentError(
    trouble?.message(found) ??
      `LocalStack did not start (docker compose: ${code}):\n${lastLines(output)}\n${found.logs}`,
  )
}

function lastLines(text: string, count = LOG_LINES): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-count).join('\n') || 'it said nothing'
}
