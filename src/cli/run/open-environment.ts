import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { useEmbeddedServer, type EmbeddedServer } from '../../environment/embedded-server.ts'
import { endpointsIn, resolveEnvironment, type Environment } from '../../environment/resolve-environment.ts'
import { asEnvironmentError } from '../../environment/explain-aws-error.ts'
import { CONFIG_FILE, readSettings } from '../../environment/settings.ts'
import { mustAnswer } from '../../environment/must-answer.ts'
import { startEnvironment, type StartedEnvironment } from '../../environment/start-environment.ts'
import { watchEmulator } from '../../environment/watch-emulator.ts'
import { EnvironmentError } from '../../errors.ts'
import type { FindFiles } from '../../results/fetch-bundle.ts'
import { launch } from '../launch.ts'
import { tidy } from './tidy.ts'

export interface EnvironmentOptions {
  readonly env: string
  readonly endpoint?: string
  readonly region?: string
  /** The embedded server's folder. */
  readonly data: string
  readonly ephemeral?: boolean
  /** Seed: the embedded server is as unkind as AWS may be. */
  readonly awsLike?: number
}

/** An environment that is up, whoever started it. */
export interface OpenEnvironment {
  readonly environment: StartedEnvironment
  /** The embedded server's folder, where there is one. */
  readonly dataFolder: string | undefined
  /** Rejects when the environment is lost for good; never resolves. */
  readonly failure: Promise<never>
  /** Throws what an error of its calls comes from, where the environment was lost; else the error itself. */
  explain(error: unknown): Promise<never>
  /** What a run leaves there outlives it: a run that was stopped can be gone on with. */
  readonly isKept: boolean
  /** Finds a run's objects, where they are files on this disk. */
  readonly findFiles: ((runId: string) => FindFiles) | undefined
  close(): Promise<void>
}

const ANSWER_MS = 5_000

/**
 * The environment for one command: opened, and closed however the command ends. Throws what `openEnvironment` does, and
 * EnvironmentError for what AWS refuses while `work` is at it.
 */
export async function inEnvironment<T>(
  options: EnvironmentOptions,
  work: (opened: OpenEnvironment) => Promise<T>,
): Promise<T> {
  const opened = await openEnvironment(options)
  try {
    return await work(opened).catch(opened.explain)
  } finally {
    await tidy(opened.close())
  }
}

/** Starts or attaches to what the environment needs and makes its clients. Throws EnvironmentError or InvalidInputError. */
async function openEnvironment(options: EnvironmentOptions): Promise<OpenEnvironment> {
  const resolved = resolveEnvironment(options.env, options, process.env, readSettings)
  if (resolved.kind !== 'embedded' || resolved.endpoint !== undefined) return openOther(resolved)
  const dataFolder = options.ephemeral ? await mkdtemp(join(tmpdir(), 'turnaround-')) : resolve(options.data)
  const server = await startServer(dataFolder, options.awsLike)
  const environment = await startEnvironment({ ...resolved, endpoint: server.endpoint })
  server.failure.catch(() => environment.stop()) // nobody need be patient any more
  return {
    environment,
    dataFolder,
    failure: server.failure,
    async explain(error) {
      throw error
    },
    isKept: !options.ephemeral,
    findFiles: findFilesOf(server.endpoint, environment, dataFolder),
    async close() {
      await environment.stop()
      await server.release()
      if (options.ephemeral) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** A server that somebody else runs. An emulator is watched: it may be gone at any time, with all it held. */
async function openOther(resolved: Environment): Promise<OpenEnvironment> {
  await Promise.all(endpointsIn(resolved).map((endpoint) => mustAnswer(endpoint, resolved.name)))
  const environment = await startEnvironment(resolved)
  await mustBeItsAccount(environment)
  const { kind, name, endpoint } = resolved
  const watch = kind === 'emulator' && endpoint ? await watchEmulator({ name, endpoint }) : undefined
  watch?.failure.catch(() => environment.stop()) // nobody need be patient any more
  return {
    environment,
    dataFolder: undefined,
    failure: watch?.failure ?? new Promise(() => undefined),
    async explain(error) {
      throw asEnvironmentError(watch ? await watch.explain(error) : error, name)
    },
    isKept: true,
    findFiles: undefined,
    async close() {
      watch?.stop()
      await environment.stop()
    },
  }
}

/** Credentials of another account would find nothing there, or the wrong things. */
async function mustBeItsAccount(environment: StartedEnvironment): Promise<void> {
  const { account: expected } = readSettings(environment.stage)
  if (expected === undefined || expected === environment.account) return
  await environment.stop()
  throw new EnvironmentError(
    `The credentials are of account ${environment.account}, but ${environment.name} is account ${expected} (${CONFIG_FILE}): sign in to that one, e.g. with AWS_PROFILE`,
  )
}

async function startServer(dataFolder: string, awsLike: number | undefined): Promise<EmbeddedServer> {
  const logFile = join(dataFolder, 'server.log')
  try {
    const unkind = awsLike === undefined ? [] : ['--aws-like', String(awsLike)]
    const server = await useEmbeddedServer({ dataFolder, launch: (args) => launch([...args, ...unkind], logFile) })
    if (awsLike !== undefined) await mustBeAwsLike(server, awsLike)
    return server
  } catch (cause) {
    if (cause instanceof EnvironmentError) throw cause
    throw new EnvironmentError(
      `The embedded server's folder ${dataFolder} cannot be used: ${(cause as Error).message}. Choose another with --data`,
      { cause },
    )
  }
}

/** It may have been started before, by somebody who did not ask for it. */
async function mustBeAwsLike(server: EmbeddedServer, seed: number): Promise<void> {
  const response = await fetch(`${server.endpoint}/_turnaround/state`, { signal: AbortSignal.timeout(ANSWER_MS) })
  const { aws_like: found } = (await response.json()) as { aws_like: { seed: number } | null }
  if (found?.seed === seed) return
  await server.release()
  throw new EnvironmentError(
    `The embedded server at ${server.endpoint} was started ${found ? `with --aws-like ${found.seed}` : 'without --aws-like'}: stop it, or choose another --data`,
  )
}

/** The answer of `POST /_turnaround/bodies`. */
interface Bodies {
  readonly bodies: Record<string, string | null | undefined>
  readonly small: Record<string, string | undefined>
}

/** The embedded server answers which file holds a body, so that results need not be copied; small ones it hands out. */
function findFilesOf(endpoint: string, { names }: StartedEnvironment, dataFolder: string) {
  return (prefix: string): FindFiles =>
    async (keys) => {
      const body = JSON.stringify({ bucket: names.data, keys: keys.map((key) => `${prefix}/${key}`) })
      const request = { method: 'POST', body, signal: AbortSignal.timeout(ANSWER_MS) }
      const response = await fetch(`${endpoint}/_turnaround/bodies`, request).catch(() => undefined)
      if (!response?.ok) return new Map() // the server is being started again: downloads are patient
      const { bodies, small } = (await response.json()) as Bodies
      return new Map(
        keys.map((key) => {
          const path = bodies[`${prefix}/${key}`]
          const bytes = small[`${prefix}/${key}`]
          return [key, path ? join(dataFolder, path) : bytes === undefined ? null : Buffer.from(bytes, 'base64')]
        }),
      )
    }
}
